import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

/** JSON lines on stderr; pretty where a person reads. `LOG_LEVEL` sets how much. */
export function createLog(): Logger {
  const level = process.env['LOG_LEVEL'] ?? 'info';
  return process.stderr.isTTY
    ? pino({ level }, pretty({ destination: 2, ignore: 'pid,hostname' }))
    : pino({ level }, pino.destination(2));
}
