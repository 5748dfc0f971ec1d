import { styleText } from 'node:util';
import { type DestinationStream, levels } from 'pino';

const { warn: WARNING = 40 } = levels.values;

/** Log lines for people: time, level, message, details. Control characters become �: clients choose their names. */
export function terminalLog(terminal: { write(text: string): unknown }): DestinationStream {
  return {
    write(line) {
      const { level, time, msg, pid: _pid, hostname: _hostname, ...details } = JSON.parse(line);
      // As JSON, but without the signs that only programs need.
      const said = Object.entries(details).map(
        ([name, value]) => ` ${name}=${JSON.stringify(value).replace(/"([\w:./{}-]+)"/g, '$1')}`,
      );
      const label = (levels.labels[level] ?? '').padEnd(5);
      const text = `${new Date(time).toTimeString().slice(0, 8)} ${label} ${msg}${said.join('')}`.replace(
        /\p{C}/gu,
        '\uFFFD',
      );
      terminal.write(`${level >= WARNING ? styleText('yellow', text) : text}\n`);
    },
  };
}
