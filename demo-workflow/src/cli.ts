import { parseArgs } from 'node:util';
import { startDemo, type DemoOptions } from './demo.js';

const USAGE = `Usage: demo (--reports URL | --kafka BROKERS) [options]

Runs the workflow "prices" and publishes the reports of its engines, until Ctrl-C.

  --reports URL         address that takes Pneumo messages, such as http://127.0.0.1:8420/api/v1/reports
  --token TOKEN         access token for it (or the environment variable PNEUMOGRAPH_TOKEN)
  --kafka BROKERS       Kafka brokers, separated by commas: reports and streams go over Kafka
  --topic NAME          topic of the reports, notify unless said
  --composer-port N     port of the fleet service on 127.0.0.1, any free one unless said
  --rate N              mean records per second of the source, 60 unless said
  --help                shows this
`;

class WrongUse extends Error {}

/** @returns undefined where help was asked for */
function readArguments(args: string[]): DemoOptions | undefined {
  const { values } = parse(args);
  if (values.help === true) {
    return undefined;
  }
  const { reports: url, kafka, topic } = values;
  if ((url === undefined) === (kafka === undefined)) {
    throw new WrongUse('expected either --reports URL or --kafka BROKERS');
  }
  const rest = {
    composerPort: numberOf(
      '--composer-port',
      values['composer-port'],
      (n) => Number.isInteger(n) && n >= 0 && n < 65_536
    ),
    rate: numberOf('--rate', values.rate, (n) => n > 0),
  };
  const options = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (kafka !== undefined) {
    return { reports: { kind: 'kafka', brokers: kafka.split(','), topic }, ...options };
  }
  if (!URL.canParse(url as string)) {
    throw new WrongUse(`--reports: expected an address such as http://127.0.0.1:8420/api/v1/reports, found ${url}`);
  }
  const token = values.token ?? process.env['PNEUMOGRAPH_TOKEN'];
  return { reports: { kind: 'http', url: url as string, token }, ...options };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      options: {
        reports: text,
        token: text,
        kafka: text,
        topic: text,
        'composer-port': text,
        rate: text,
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new WrongUse((error as Error).message);
  }
}

function numberOf(name: string, text: string | undefined, fits: (value: number) => boolean): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || !fits(value)) {
    throw new WrongUse(`${name}: expected a fitting number, found ${text}`);
  }
  return value;
}

/** Runs the demo until a signal ends it. Exit codes: 0 done, 1 failed, 2 wrong use. */
export async function main(args: string[]): Promise<number> {
  const log = (line: object): void => void process.stderr.write(JSON.stringify({ time: new Date(), ...line }) + '\n');
  let options: DemoOptions | undefined;
  try {
    options = readArguments(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const signalled = new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    const demo = await startDemo({ ...options, log });
    await signalled;
    await demo.stop();
    return 0;
  } catch (error) {
    process.stderr.write(`The demo could not start: ${(error as Error).message}\n`);
    return 1;
  }
}
