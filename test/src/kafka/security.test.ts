import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runToEnd, startOwnKafka, type OwnKafka } from '../servers/index.js';
import { Backends, createTopic, reports, upTo } from './backend.js';

const PATIENCE = { timeout: 40_000, interval: 300 };
const TOPIC = 'notify';
vi.setConfig({ testTimeout: 90_000 });

let folder: string;
let server: OwnKafka;
let provider: Server;
const backends = new Backends();
const asked: Array<{ authorization: string | undefined; body: string }> = [];
const file = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-tls-'));
  await makeCertificates();
  server = await startOwnKafka({
    listeners: [
      { name: 'TLS', protocol: 'SSL' },
      { name: 'PASSWORDS', protocol: 'SASL_SSL' },
      { name: 'TOKENS', protocol: 'SASL_PLAINTEXT' },
    ],
    properties: [
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${file('server.pem')}`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${file('ca.pem')}`,
      'listener.name.tls.ssl.client.auth=required',
      'listener.name.passwords.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.passwords.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule ' +
        'required user_ann="secret";',
      ...['256', '512'].map(
        (size) =>
          `listener.name.passwords.scram-sha-${size}.sasl.jaas.config=` +
          'org.apache.kafka.common.security.scram.ScramLoginModule required;'
      ),
      'listener.name.tokens.sasl.enabled.mechanisms=OAUTHBEARER',
      'listener.name.tokens.oauthbearer.sasl.jaas.config=' +
        'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required ' +
        'unsecuredLoginStringClaim_sub="broker";',
      ...['login', 'server'].map(
        (side) =>
          `listener.name.tokens.oauthbearer.sasl.${side}.callback.handler.class=` +
          'org.apache.kafka.common.security.oauthbearer.internals.unsecured.OAuthBearerUnsecured' +
          (side === 'login' ? 'LoginCallbackHandler' : 'ValidatorCallbackHandler')
      ),
      '',
    ],
    format: ['256', '512'].flatMap((size) => ['--add-scram', `SCRAM-SHA-${size}=[name=ann,password=secret]`]),
  });
  const kafka = new Kafka({ clientId: 'test', brokers: server.brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await createTopic(admin, TOPIC, 2);
  await admin.disconnect();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: TOPIC, messages: reports(0, 20).map((value) => ({ value })) });
  await producer.disconnect();
  provider = createServer((request, response) => {
    const { authorization } = request.headers;
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      asked.push({ authorization, body });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: token(), expires_in: 3600 }));
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
}, 300_000);
afterEach(() => backends.clean());
afterAll(async () => {
  provider?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An authority, a certificate of it for the broker and one for the client, and an authority that nobody used. */
async function makeCertificates(): Promise<void> {
  const openssl = (...args: string[]) => runToEnd('openssl', args, folder);
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  for (const name of ['ca', 'other']) {
    await openssl('req', '-x509', ...key, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`);
  }
  await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1');
  for (const name of ['broker', 'client']) {
    await openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.crt`);
  }
  await runToEnd('sh', ['-c', 'cat broker.key broker.crt > server.pem'], folder);
}

/** A token that nobody signed, which the test's broker accepts. */
function token(lifetime = 3600): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: 'ann', iat: now - 10, exp: now + lifetime })}.`;
}

const start = async (listener: string, rest: Record<string, unknown>) =>
  backends.start(
    { brokers: [server.address(listener)], topic: TOPIC, groupId: randomUUID(), ...rest },
    await backends.folder()
  );

const tls = () => ({ ca: file('ca.pem') });
const password = (mechanism: string, secret = 'secret') => ({ mechanism, username: 'ann', password: secret });

describe('a Kafka source', () => {
  it('shows its certificate, and checks that of the broker against an authority of its own', async () => {
    const backend = await start('TLS', { tls: { ...tls(), cert: file('client.crt'), key: file('client.key') } });
    await expect.poll(() => backend.counts(), PATIENCE).toEqual(upTo(20));
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])('gives its password by %s', async (mechanism) => {
    const backend = await start('PASSWORDS', { tls: tls(), sasl: password(mechanism) });
    await expect.poll(() => backend.counts(), PATIENCE).toEqual(upTo(20));
  });

  it('gives a token that is written down, in the configuration or in a file', async () => {
    await writeFile(file('token'), `${token()}\n`);
    for (const sasl of [{ token: token() }, { tokenFile: file('token') }]) {
      const backend = await start('TOKENS', { sasl: { mechanism: 'oauthbearer', ...sasl } });
      await expect.poll(() => backend.counts(), PATIENCE).toEqual(upTo(20));
      await backend.stop();
    }
  });

  it('asks an identity provider for a token, once for all connections', async () => {
    const tokenUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/token`;
    const credentials = { clientId: 'ann', clientSecret: 's:1', scope: 'kafka' };
    const backend = await start('TOKENS', { sasl: { mechanism: 'oauthbearer', tokenUrl, ...credentials } });
    await expect.poll(() => backend.counts(), PATIENCE).toEqual(upTo(20));
    const authorization = `Basic ${Buffer.from('ann:s%3A1').toString('base64')}`;
    expect(asked).toEqual([{ authorization, body: 'grant_type=client_credentials&scope=kafka' }]);
  });

  it.each([
    [
      'an authority that did not sign',
      'PASSWORDS',
      () => ({ tls: { ca: file('other.pem') }, sasl: password('plain') }),
      /certificate/,
    ],
    ['no certificate of its own', 'TLS', () => ({ tls: tls() }), /certificate|handshake|alert/i],
    [
      'a wrong password',
      'PASSWORDS',
      () => ({ tls: tls(), sasl: password('plain', 'x') }),
      /SASL PLAIN authentication failed/,
    ],
    [
      'a wrong password',
      'PASSWORDS',
      () => ({ tls: tls(), sasl: password('scram-sha-512', 'x') }),
      /SASL SCRAM SHA512 authentication failed/,
    ],
    [
      'an old token',
      'TOKENS',
      () => ({ sasl: { mechanism: 'oauthbearer', token: token(-5) } }),
      /SASL OAUTHBEARER authentication failed/,
    ],
    [
      'a provider that is away',
      'TOKENS',
      () => ({
        sasl: { mechanism: 'oauthbearer', tokenUrl: 'http://127.0.0.1:9/t', clientId: 'a', clientSecret: 'b' },
      }),
      /127\.0\.0\.1:9\/t: expected a JSON object with access_token: fetch failed/,
    ],
  ])('tells that it cannot connect with %s', async (_, listener, rest, reason) => {
    const backend = await start(listener, rest());
    const reasons = async () => (await backend.reasons()).join();
    await expect.poll(reasons, PATIENCE).toMatch(reason);
  });
});
