import { parseArgs } from 'node:util';
import { startDemo, type DemoOptions } from './demo.js';
import { listScenarios, SCENARIO_NAMES, WARM_UP, type ScenarioName } from './scenarios/index.js';

const USAGE = `Usage: demo (--reports URL | --kafka BROKERS) [options]

Runs the workflow "prices" and publishes the reports of its engines, until Ctrl-C.

  --reports URL         address that takes Pneumo messages, such as http://127.0.0.1:8420/api/v1/reports
  --records URL         address that takes records, such as http://127.0.0.1:8420/api/v1/records; nobody gets
                        them unless said (with --kafka they are in topics)
  --token TOKEN         access token for both (or the environment variable PNEUMOGRAPH_TOKEN)
  --kafka BROKERS       Kafka brokers, separated by commas: reports and streams go over Kafka
  --topic NAME          topic of the reports, notify unless said
  --composer-port N     port of the fleet service on 127.0.0.1, any free one unless said
  --rate N              mean records per second of the source, 60 unless said
  --seed N              of what is random in the source, 1 unless said
  --scenario NAME       what is to happen after a while, see below
  --scenario-after N    seconds of quiet before it, ${WARM_UP} unless said
  --help                shows this

Scenarios:
${listScenarios().replaceAll(/^/gm, '  ')}
`;

class WrongUse extends Error {}

/** @returns undefined where help was asked for */
function readArguments(args: string[]): DemoOptions | undefined {
  const { values } = parse(args);
  if (values.help === true) {
    return undefined;
  }
  const { reports: url, records, kafka, topic } = values;
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
    seed: numberOf('--seed', values.seed, Number.isInteger),
    scenario: scenarioOf(values.scenario, values['scenario-after']),
  };
  const options = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (kafka !== undefined) {
    return { reports: { kind: 'kafka', brokers: kafka.split(','), topic }, ...options };
  }
  if (!URL.canParse(url as string)) {
    throw new WrongUse(`--reports: expected an address such as http://127.0.0.1:8420/api/v1/reports, found ${url}`);
  }
  if (records !== undefined && !URL.canParse(records)) {
    throw new WrongUse(`--records: expected an address such as http://127.0.0.1:8420/api/v1/records, found ${records}`);
  }
  const token = values.token ?? process.env['PNEUMOGRAPH_TOKEN'];
  const target = records === undefined ? undefined : { url: records, token };
  return { reports: { kind: 'http', url: url as string, token, records: target }, ...options };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      options: {
        reports: text,
        records: text,
        token: text,
        kafka: text,
        topic: text,
        'composer-port': text,
        rate: text,
        seed: text,
        scenario: text,
        'scenario-after': text,
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

function scenarioOf(name: string | undefined, after: string | undefined): DemoOptions['scenario'] {
  if (name === undefined) {
    if (after !== undefined) {
      throw new WrongUse('--scenario-after: expected a --scenario that it is for');
    }
    return undefined;
  }
  if (!SCENARIO_NAMES.includes(name as ScenarioName)) {
    throw new WrongUse(`--scenario: expected one of ${SCENARIO_NAMES.join(', ')}, found ${name}`);
  }
  return { name: name as ScenarioName, after: numberOf('--scenario-after', after, (n) => n >= 0) };
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
