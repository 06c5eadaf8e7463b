import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { GansmithError } from '../../base/errors.ts';

/** A request that is refused, with the status to refuse it with. */
export class Refusal extends GansmithError {
  override name = 'Refusal';
  readonly status: number;
  /** What is wrong with single parts of the body, by their paths, such as `settings.lr`. */
  readonly fields: Readonly<Record<string, string>>;
  constructor(status: number, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

export const TOKEN_HEADER = 'x-gansmith-token';

/**
 * Refuses what does not come from the studio's own pages. The names checked are those under which a browser reaches this
 * machine itself: a page of elsewhere that points its own name at 127.0.0.1 arrives with that name as Host, and one that
 * sends requests across arrives with its own Origin or is marked as cross-site by the browser.
 */
export function checkSender({ headers, socket, url = '/' }: IncomingMessage): void {
  const port = socket.localPort;
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`);
  const host = headers.host?.toLowerCase();
  if (!host || !hosts.includes(host)) {
    throw new Refusal(
      403,
      `this studio answers at ${hosts.join(' and ')} only, not as '${headers.host ?? ''}'`,
    );
  }
  if (headers.origin !== undefined && headers.origin !== `http://${host}`) {
    throw new Refusal(403, `requests from pages of ${headers.origin} are refused`);
  }
  const site = headers['sec-fetch-site'];
  if (url.startsWith('/api/') && (site === 'cross-site' || site === 'same-site')) {
    throw new Refusal(403, 'requests from pages of other sites are refused');
  }
}

/** Refuses a change asked for by whoever does not know the token that the terminal printed. */
export function checkToken({ headers }: IncomingMessage, token: string): void {
  const given = Buffer.from(String(headers[TOKEN_HEADER] ?? ''));
  const expected = Buffer.from(token);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new Refusal(403, 'this needs the token of the studio: open the address that the terminal printed');
}

/** Bytes of a body, unless it is a picture. */
const LARGEST_BODY = 64 * 1024;
export const LARGEST_PICTURE = 2 ** 22;

/** The JSON object in the body of a request; refuses other types, more than `largest` bytes, and what is not an object. */
export async function readBody(
  request: IncomingMessage,
  largest = LARGEST_BODY,
): Promise<Record<string, unknown>> {
  // Pages of other sites cannot send this type without asking first, which is never granted.
  const [type] = (request.headers['content-type'] ?? '').split(';');
  if (type?.trim().toLowerCase() !== 'application/json') {
    throw new Refusal(415, 'expected a body of type application/json');
  }
  if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge(largest);
  return parseObject((await bytesOf(request, largest)).toString('utf8'));
}

/** Leaves the connection open when the body is too large, so that the refusal can be sent. */
function bytesOf(request: IncomingMessage, largest: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= largest) chunks.push(chunk);
      else reject(tooLarge(largest));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

const tooLarge = (largest: number) => new Refusal(413, `expected a body of at most ${largest} bytes`);

function parseObject(text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw new Refusal(400, 'the body is not a JSON object');
}

/** A body as its schema describes it. @throws Refusal that says what is wrong with which part */
export function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path, message }) => [path.join('.'), message] as const);
  throw new Refusal(
    400,
    `the request is not possible: ${z.prettifyError(result.error)}`,
    Object.fromEntries(fields.filter(([path]) => path !== '')),
  );
}
