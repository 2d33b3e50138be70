import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installGo } from './go-programs.js';
import { eventually, freePort, startProcess } from './process.js';

/** The newest version whose user interface lies in its module, without which it does not build. */
const ALERTMANAGER = { version: 'v0.28.1', module: 'github.com/prometheus/alertmanager/cmd/alertmanager' };
const START_MILLIS = 60_000;

export interface AlertmanagerServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A Prometheus Alertmanager on loopback that knows of no other. @param configuration its file, which may be JSON
 * @throws where there is no Go to build it with
 */
export async function startAlertmanager(configuration: object): Promise<AlertmanagerServer> {
  const binary = await installGo(ALERTMANAGER);
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-alertmanager-'));
  const [file, port] = [path.join(folder, 'alertmanager.yml'), await freePort()];
  await writeFile(file, JSON.stringify(configuration));
  const url = `http://127.0.0.1:${port}`;
  const server = startProcess(binary, [
    ...[`--config.file=${file}`, `--storage.path=${path.join(folder, 'data')}`],
    ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
  ]);
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      async () => {
        const response = await fetch(`${url}/-/ready`);
        if (!response.ok) {
          throw new Error(`it answers ${response.status}`);
        }
      },
      START_MILLIS,
      server
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
