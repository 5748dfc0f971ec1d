import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLString,
} from 'graphql';

const always = { type: new GraphQLNonNull(GraphQLBoolean), defaultValue: true };
const label = { type: GraphQLString, description: 'A name that tells its parts from others in the operation.' };

/** Lets a fragment come later than what is around it; as clients' tools know it. */
const DEFER = new GraphQLDirective({
  name: 'defer',
  description: 'The fragment may come after the rest of the answer, which then does not wait for it.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: { if: { ...always, description: 'Whether it may come later.' }, label },
});

/** Lets the rows of a list come one after the other; as clients' tools know it. */
const STREAM = new GraphQLDirective({
  name: 'stream',
  description: 'The items of the list may come one by one, each as soon as it is complete.',
  locations: [DirectiveLocation.FIELD],
  args: {
    if: { ...always, description: 'Whether they may come later.' },
    label,
    initialCount: {
      type: GraphQLInt,
      defaultValue: 0,
      description: 'How many of them come at once with the rest of the answer.',
    },
  },
});

/** What an operation may ask to come in later parts of its answer. */
export const INCREMENTAL_DIRECTIVES: readonly GraphQLDirective[] = [DEFER, STREAM];
