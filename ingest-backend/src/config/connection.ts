import { z } from 'zod';

export const url = z.url({ protocol: /^https?$/, error: 'expected a URL that begins with http:// or https://' });
const tls = z.union([
  z.boolean(),
  z.strictObject({
    ca: z.string().optional(),
    cert: z.string().optional(),
    key: z.string().optional(),
    rejectUnauthorized: z.boolean().default(true),
  }),
]);

const password = { username: z.string(), password: z.string() };
const sasl = z.discriminatedUnion('mechanism', [
  z.strictObject({ mechanism: z.literal('plain'), ...password }),
  z.strictObject({ mechanism: z.literal('scram-sha-256'), ...password }),
  z.strictObject({ mechanism: z.literal('scram-sha-512'), ...password }),
  z
    .strictObject({
      mechanism: z.literal('oauthbearer'),
      token: z.string().min(1).optional(),
      tokenFile: z.string().min(1).optional(),
      tokenUrl: url.optional(),
      clientId: z.string().min(1).optional(),
      clientSecret: z.string().min(1).optional(),
      scope: z.string().min(1).optional(),
    })
    .refine(
      ({ token, tokenFile, tokenUrl, clientId, clientSecret }) =>
        [token, tokenFile, tokenUrl].filter((part) => part !== undefined).length === 1 &&
        (tokenUrl === undefined || (clientId !== undefined && clientSecret !== undefined)),
      { path: ['tokenUrl'], error: 'expected one of token, tokenFile, or tokenUrl with clientId and clientSecret' }
    ),
]);

/** How Kafka's brokers are reached. */
export const connection = {
  brokers: z.array(z.string().min(1)).min(1),
  clientId: z.string().min(1).default('pneumograph'),
  tls: tls.default(false),
  sasl: sasl.optional(),
};

export type Connection = z.infer<z.ZodObject<typeof connection>>;
