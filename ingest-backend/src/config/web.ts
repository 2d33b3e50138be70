import { z } from 'zod';
import { url } from './connection.js';

/** How a server is reached that stands behind a proxy. */
export const web = {
  /** Accepts a certificate that nobody signed. */
  insecure: z.boolean().default(false),
  /** File with the certificates that are believed instead of the system's. */
  ca: z.string().min(1).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  token: z.string().min(1).optional(),
  cookie: z.string().min(1).optional(),
  login: z.strictObject({ url, username: z.string(), password: z.string() }).optional(),
};
