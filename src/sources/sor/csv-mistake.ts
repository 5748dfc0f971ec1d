/** Why a file cannot be imported; each message is one sentence for the sender. */
export class CsvMistake extends Error {
  override readonly name = 'CsvMistake';
  readonly messages: readonly string[];
  readonly kind: 'INVALID' | 'UNKNOWN_KEY';

  constructor(messages: readonly string[], kind: CsvMistake['kind'] = 'INVALID') {
    super(messages[0]);
    this.messages = messages;
    this.kind = kind;
  }
}
