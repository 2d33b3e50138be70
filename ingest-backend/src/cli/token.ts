import { InvalidArgumentError, Option, type Command } from 'commander';
import { ROLES, Tokens, type Role } from '../api/index.js';
import { loadConfiguration } from '../config/index.js';

const DEFAULT_FILE = 'data/tokens.json';

/** `pneumograph token create|list|revoke` */
export function addTokenCommand(program: Command): void {
  const command = program.command('token').description('manage access tokens');
  const sub = (name: string): Command =>
    command
      .command(name)
      .option('-c, --config <file>', `configuration whose access.tokens names the file; without it ${DEFAULT_FILE}`);

  sub('create')
    .description('make a token and show it once')
    .argument('<name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('viewer'))
    .option('--in <workflow=role>', 'another role in a workflow; may be said several times', inWorkflow)
    .action(async (name: string, { config, role, in: workflows }: Create) => {
      console.log(await (await tokensOf(config)).create(name, role, workflows));
    });

  sub('list')
    .description('list the tokens')
    .action(async ({ config }: { config?: string }) => {
      for (const { name, role, workflows = {}, created } of await (await tokensOf(config)).list()) {
        const others = Object.entries(workflows).map(([workflow, other]) => `, ${other} in ${workflow}`);
        console.log(`${name}\t${role}${others.join('')}\t${created}`);
      }
    });

  sub('revoke')
    .description('make a token useless')
    .argument('<name>', 'its name')
    .action(async (name: string, { config }: { config?: string }) => {
      if (!(await (await tokensOf(config)).revoke(name))) {
        throw new Error(`token ${name}: expected a known name, found none (see pneumograph token list)`);
      }
    });
}

interface Create {
  readonly config?: string;
  readonly role: Role;
  readonly in?: Record<string, Role>;
}

function inWorkflow(text: string, before: Record<string, Role> = {}): Record<string, Role> {
  const at = text.lastIndexOf('=');
  const role = ROLES.find((one) => one === text.slice(at + 1));
  if (at < 0 || role === undefined) {
    throw new InvalidArgumentError(`expected workflow=role with one of ${ROLES.join(', ')}`);
  }
  return { ...before, [text.slice(0, at)]: role };
}

async function tokensOf(config: string | undefined): Promise<Tokens> {
  const configured = config === undefined ? undefined : (await loadConfiguration(config)).access.tokens;
  return new Tokens(configured ?? DEFAULT_FILE);
}
