import { readFileSync } from 'node:fs';
import { listScenarios, SCENARIO_NAMES, type ScenarioName } from '@pneumograph/demo-workflow/scenarios';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ConfigurationError } from '../config/index.js';
import { ROLES, type Role } from '../service/index.js';
import { addBackupCommands } from './backup.js';
import { check } from './check.js';
import { addExportCommand } from './export.js';
import { replay } from './replay.js';
import { addSinksCommand } from './sinks.js';
import { start } from './start.js';
import { addMonitorsCommand } from './monitors.js';
import { addSilencesCommand } from './silences.js';
import { addTokenCommand } from './token.js';

/** Exit codes: 0 done, 1 failed, 2 wrong use or configuration. */
const FAILED = 1;
const WRONG_USE = 2;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('pneumograph')
  .description('Turns the reports of engines that run analytic models into metrics, and answers queries about them')
  .version(version)
  .exitOverride()
  .showHelpAfterError('(--help tells more)');

program
  .command('start')
  .description('run the service')
  .option('-c, --config <file>', 'configuration; without it: the embedded store in data/, messages over HTTP')
  .option('--demo', 'run the demo workflow beside it')
  .option('--kafka <brokers>', 'let the demo publish through these brokers (host:port, comma between)', list)
  .addOption(
    new Option('--scenario <name>', 'let something happen to the demo after a while, see below').choices(SCENARIO_NAMES)
  )
  .option('--scenario-after <seconds>', 'seconds of quiet before the scenario; 300 if left out', seconds)
  .option('--roles <roles>', `roles of this process, of ${ROLES.join(', ')}; without it: all but rekey`, roles)
  .addHelpText('after', `\nScenarios of the demo:\n${listScenarios().replaceAll(/^/gm, '  ')}`)
  .action((options: StartCommand, command: Command) => {
    if (options.scenario !== undefined && options.demo !== true) {
      command.error('error: expected --demo with --scenario');
    }
    return start({ ...options, version });
  });

program
  .command('check')
  .description('validate the configuration and reach every component')
  .requiredOption('-c, --config <file>', 'configuration')
  .option('--apply', 'create the buckets of a store in InfluxDB where they are missing')
  .action(async ({ config, apply }: { config: string; apply?: boolean }) => {
    process.exitCode = (await check(config, (line) => console.log(line), apply)) ? 0 : FAILED;
  });

program
  .command('replay')
  .description('send files of Pneumo messages, one a line, packed by gzip or not')
  .argument('<file...>', 'files, sent in this order')
  .option('--to <url>', 'the backend', 'http://127.0.0.1:8420')
  .option('--token <token>', 'access token; or the environment variable PNEUMOGRAPH_TOKEN')
  .option('--speed <n>', 'times as fast as the messages were sent, or max', speed, Infinity)
  .action(async (files: string[], options: { to: string; token?: string; speed: number }) => {
    const terminal = process.stderr.isTTY;
    const count = await replay({
      files,
      to: options.to,
      token: options.token ?? process.env['PNEUMOGRAPH_TOKEN'],
      speed: options.speed,
      progress: (text) => terminal && process.stderr.write(`\r${text}`),
      complain: (text) => process.stderr.write(`${terminal ? '\r' : ''}${text}\n`),
    });
    process.stderr.write(terminal ? '\n' : '');
    console.log(`${count.accepted} accepted, ${count.skipped} skipped, ${count.rejected} rejected`);
  });

addExportCommand(program);
addSinksCommand(program);
addMonitorsCommand(program);
addSilencesCommand(program);
addTokenCommand(program);
addBackupCommands(program);

interface StartCommand {
  readonly config?: string;
  readonly demo?: boolean;
  readonly kafka?: string[];
  readonly scenario?: ScenarioName;
  readonly scenarioAfter?: number;
  readonly roles?: Role[];
}

function list(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

function roles(text: string): Role[] {
  const named = list(text);
  const unknown = named.filter((role) => !ROLES.some((known) => known === role));
  if (unknown.length > 0 || named.length === 0) {
    throw new InvalidArgumentError(`expected some of ${ROLES.join(', ')}, found ${unknown.join(', ') || 'none'}`);
  }
  return ROLES.filter((role) => named.includes(role));
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('expected seconds, 0 or more');
  }
  return value;
}

function speed(text: string): number {
  const value = text === 'max' ? Infinity : Number(text);
  if (!(value > 0)) {
    throw new InvalidArgumentError('expected a number above 0, or max');
  }
  return value;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
  } else if (error instanceof ConfigurationError) {
    error.problems.forEach((problem) => console.error(problem));
    process.exitCode = WRONG_USE;
  } else {
    console.error((error as Error).message);
    process.exitCode = FAILED;
  }
}
