/** Defining, relabelling and deleting attributes of customers. */
import { ATTRIBUTE_WRITES } from '../../../sources/sor/definition-writes.ts';
import type { AttributeRow } from '../../../sources/sor/systems.ts';
import { filledText } from '../../input-checks.ts';
import { mutation } from '../../mutation.ts';
import { AttributeValueType, CustomerAttribute } from './customer-attribute.ts';
import {
  attributeInput,
  type DefinitionKind,
  definitionMutations,
  definitionWrite,
  onlyOne,
  systemInput,
  writtenField,
} from './write-definition.ts';

const ATTRIBUTE: DefinitionKind<AttributeRow> = {
  type: 'CustomerAttribute',
  noun: 'attribute',
  writes: ATTRIBUTE_WRITES,
  input: (t) => ({ identifier: attributeInput(t) }),
  ref: CustomerAttribute,
};

mutation('createCustomerAttribute', {
  tags: ['sor'],
  requires: 'sor:write',
  description:
    'Defines an attribute in a system of record. Costs one upstream call, and a second one if you select `sources`, name the system `global`, or are refused: the list of systems says whether the key is taken.',
  inputDescription: 'A new attribute.',
  input: (t) => ({
    systemOfRecord: systemInput(t, true),
    key: t.string({
      required: true,
      description: 'The key under which values will be kept, unique in its system; no commas.',
      check: filledText('key').regex(/^[^,]*$/, 'Expected a key without commas: by one it could not be asked for.'),
    }),
    label: t.string({ required: true, description: 'What people will call it.', check: filledText('label') }),
    valueType: t.field({
      type: AttributeValueType.input,
      required: true,
      description: 'What kind of value it will hold; this cannot be changed later.',
    }),
  }),
  // If it is refused, the list of systems says why.
  cost: ({ systemOfRecord }) => [definitionWrite(systemOfRecord), { api: 'SOR', calls: 1 }],
  resolve: async ({ systemOfRecord, key, label, valueType }, context) => {
    const { sor, sorSystems } = context;
    const ofSystem = { system_of_record_identifier: await sorSystems.identifierOf(systemOfRecord) };
    // The API takes the kind as `type`, answers with `value_type`, and does not name the attribute's system.
    const answer = await ATTRIBUTE.writes.create(sor, { ...ofSystem, key, label, type: valueType });
    // A key is unique in its system.
    const isIts = (row: AttributeRow) => row.system_of_record_identifier === ofSystem.system_of_record_identifier;
    const findCreated = async () => onlyOne((await sorSystems.attributesWithKey(key)).filter(isIts));
    return { answer: answer && { ...ofSystem, ...answer }, findCreated };
  },
  whyRefused: async ({ systemOfRecord, key }, { sorSystems }) => {
    const system = await sorSystems.findInList(systemOfRecord);
    return system && (await sorSystems.attributeOf(system, key)) ? 'TAKEN' : undefined;
  },
  successDescription: 'The attribute was defined.',
  success: (t) => ({ customerAttribute: writtenField(ATTRIBUTE, t) }),
});

definitionMutations(ATTRIBUTE, {
  change: {
    verb: 'relabel',
    field: 'label',
    description:
      'Changes the label of an attribute; nothing else of it can be changed. Costs one upstream call, and a second one if you select `sources`.',
    success: 'The attribute has its new label.',
  },
  delete:
    'Deletes an attribute with all its values; refused while a campaign or segment uses it. A live SDK creates it again with its next value: disable it instead.',
  disable: 'Disables an attribute: values sent for it are refused until it is enabled again.',
  enable: 'Enables an attribute, so that values sent for it are accepted again; no effect if already enabled.',
});
