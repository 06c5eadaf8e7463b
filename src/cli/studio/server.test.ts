import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRun } from '../../../test/support/studioRuns.ts';
import { listenLocally } from './listen.ts';
import { createStudio, type Studio } from './server.ts';

const SECRET = 'nobody may read this';
const root = mkdtempSync(join(tmpdir(), 'gansmith-studio-'));
const [runs, pages] = [join(root, 'runs'), join(root, 'pages')];
let studio: Studio;
let port: number;

beforeAll(async () => {
  writeFileSync(join(root, 'secret.txt'), SECRET);
  mkdirSync(join(root, 'runs-of-others', 'x'), { recursive: true });
  writeFileSync(join(root, 'runs-of-others', 'x', 'run.json'), SECRET);
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), '<title>the studio</title>');
  const { folder } = writeRun(runs, '00000-gan-ring', 20);
  symlinkSync(join(root, 'secret.txt'), join(folder, 'samples', 'elsewhere.png'));
  symlinkSync(root, join(folder, 'up'));
  symlinkSync(join(root, 'runs-of-others', 'x'), join(runs, '00009-elsewhere'));
  symlinkSync(join(root, 'secret.txt'), join(pages, 'secret.txt'));
  studio = createStudio({ runs, pages });
  port = await listenLocally(studio.server, 0);
});
afterAll(() => {
  studio.server.closeAllConnections();
  studio.server.close();
  rmSync(root, { recursive: true });
});

/** Sends bytes as they are, and gives what comes back until the connection ends or `enough` is there. */
function raw(bytes: string, enough = (_: string) => false): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    const end = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (enough(answer)) end();
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}

const host = () => `Host: 127.0.0.1:${port}`;
const request = (line: string, headers: readonly string[] = [host()], body = '') =>
  raw([`${line} HTTP/1.1`, ...headers, 'Connection: close', '', body].join('\r\n'));
const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);
const get = (path: string) => request(`GET ${path}`);

/** A request to change something, as the studio's own pages send it, with other headers if given. */
const post = (path: string, body: string, other: Record<string, string> = {}) => {
  const headers: Record<string, string> = {
    Host: `127.0.0.1:${port}`,
    Origin: `http://127.0.0.1:${port}`,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Gansmith-Token': studio.token,
    ...other,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== '');
  return request(
    `POST ${path}`,
    lines.map(([name, value]) => `${name}: ${value}`),
    body,
  );
};

describe('what the studio answers', () => {
  it('shows its pages, isolated and closed to others', async () => {
    const answer = await get('/');
    expect(status(answer)).toBe(200);
    expect(answer).toContain('the studio');
    for (const header of [
      'cross-origin-opener-policy: same-origin',
      'cross-origin-embedder-policy: require-corp',
      'cross-origin-resource-policy: same-origin',
      "content-security-policy: default-src 'self'",
      "frame-ancestors 'self'",
      'x-content-type-options: nosniff',
    ])
      expect(answer).toContain(header);
    expect(answer).not.toContain('access-control-allow');
  });

  it('gives a file of a run', async () => {
    const answer = await get('/api/runs/00000-gan-ring/files/samples/000010.png');
    expect(status(answer)).toBe(200);
    expect(answer).toContain('content-type: image/png');
  });

  it('lists the runs of its folder alone', async () => {
    const list = JSON.parse(await (await fetch(`http://127.0.0.1:${port}/api/runs`)).text());
    expect(list).toMatchObject([
      { name: '00000-gan-ring', gan: 'gan', state: 'stopped', step: 20, sample: 20 },
    ]);
    expect(list[0].rate).toBeCloseTo(100);
  });
});

describe('files of a run', () => {
  it('are never run by a browser, wherever the run came from', async () => {
    const folder = join(runs, '00000-gan-ring');
    for (const name of ['page.html', 'code.js', 'drawing.svg', 'style.css']) {
      writeFileSync(join(folder, name), '<script>alert(1)</script>');
      const answer = await get(`/api/runs/00000-gan-ring/files/${name}`);
      expect(status(answer)).toBe(200);
      expect(answer).toContain('content-type: application/octet-stream');
      expect(answer).toContain('x-content-type-options: nosniff');
    }
  });
});

describe('what is looked up outside of the runs', () => {
  const picture = { by: 'pixels', count: 8, shape: [1, 2, 2], pixels: 'AAAAAA==' };
  const nearest = (body: object, headers: Record<string, string> = {}, run = '00000-gan-ring') =>
    post(`/api/runs/${run}/nearest`, JSON.stringify(body), headers);

  it('needs the token, and a run of this folder', async () => {
    for (const [what, body] of [
      ['nearest', picture],
      ['model', { network: 'G' }],
    ] as const) {
      const text = JSON.stringify(body);
      const path = `/api/runs/00000-gan-ring/${what}`;
      expect(status(await post(path, text, { 'X-Gansmith-Token': '' }))).toBe(403);
      expect(status(await post(path, text, { 'Sec-Fetch-Site': 'cross-site' }))).toBe(403);
      expect(status(await get(path))).toBe(404);
      for (const run of ['..%2fruns-of-others%2fx', '00009-elsewhere', '%2e%2e', 'nothing'])
        expect(status(await post(`/api/runs/${run}/${what}`, text))).toBe(404);
    }
  });

  it('is asked for by a picture of a reasonable size', async () => {
    expect(status(await nearest({ ...picture, pixels: 'AAAA' }))).toBe(400);
    expect(status(await nearest({ ...picture, shape: [1, 1e6, 1e6] }))).toBe(400);
    expect(status(await nearest({ ...picture, by: 'smell' }))).toBe(400);
    expect(status(await nearest(picture, { 'Content-Length': '9999999' }))).toBe(413);
    expect(status(await post('/api/runs/00000-gan-ring/model', '{"network":"G","step":-1}'))).toBe(400);
    expect(status(await post('/api/runs/00000-gan-ring/model', '{"network":"G","step":7}'))).toBe(404);
  });
});

describe('files outside of the runs and the pages', () => {
  const run = '/api/runs/00000-gan-ring/files';
  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/%252e%252e/secret.txt',
    '//secret.txt',
    '/secret.txt',
    '/secret.txt%00.html',
    `/${encodeURIComponent(root)}/secret.txt`,
    `${root}/secret.txt`,
    `${run}/../../../secret.txt`,
    `${run}/..%2f..%2fsecret.txt`,
    `${run}/%2e%2e/%2e%2e/secret.txt`,
    `${run}/samples/elsewhere.png`,
    `${run}/up/secret.txt`,
    '/api/runs/../files/secret.txt',
    '/api/runs/..%2f/files/secret.txt',
    '/api/runs/%2e%2e/files/secret.txt',
    '/api/runs/%2e/files/../secret.txt',
    '/api/runs/..%2fruns-of-others%2fx/files/run.json',
    '/api/runs/00009-elsewhere/files/run.json',
    '/api/runs/00009-elsewhere',
    '/api/runs//files/secret.txt',
  ])('%s is not there', async (path) => {
    const answer = await get(path);
    expect(status(answer)).toBe(404);
    expect(answer).not.toContain(SECRET);
    expect(answer).not.toContain(root);
  });

  it('refuses an address that is not well encoded, or whole', async () => {
    expect(status(await get('/%ff%c0%ae'))).toBe(400);
    expect(await get(`http://elsewhere/${root}/secret.txt`)).not.toContain(SECRET);
  });
});

describe('requests of other sites', () => {
  it.each(['evil.example', `evil.example:1`, '127.0.0.1', '127.0.0.1.evil.example', 'localhost:1'])(
    'refuses the host %s, so that no name can be pointed here',
    async (name) => {
      const answer = await request('GET /api/runs', [`Host: ${name}`]);
      expect(status(answer)).toBe(403);
      expect(bodyOf(answer)).toContain(`not as '${name}'`);
    },
  );

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost.evil.example'])(
    'refuses the origin %s',
    async (origin) => {
      expect(status(await request('GET /api/runs', [host(), `Origin: ${origin}`]))).toBe(403);
      expect(status(await post('/api/stop', '{}', { Origin: origin }))).toBe(403);
    },
  );

  it('refuses to be read by a page of elsewhere, and lets a link there', async () => {
    const cross = [host(), 'Sec-Fetch-Site: cross-site'];
    expect(status(await request('GET /api/runs', cross))).toBe(403);
    expect(status(await request('GET /api/runs/00000-gan-ring/files/samples/000010.png', cross))).toBe(403);
    expect(status(await request('GET /', cross))).toBe(200);
  });

  it('grants no request that a browser asks leave for', async () => {
    const answer = await request('OPTIONS /api/train', [host(), `Origin: http://127.0.0.1:${port}`]);
    expect(status(answer)).toBe(405);
    expect(answer).not.toContain('access-control-allow');
  });
});

describe('changes', () => {
  it('need the token', async () => {
    for (const token of ['', 'x', `${studio.token}x`, studio.token.slice(1)]) {
      const answer = await post('/api/train', '{"gan":"gan"}', { 'X-Gansmith-Token': token });
      expect(status(answer)).toBe(403);
      expect(bodyOf(answer)).toContain('the address that the terminal printed');
    }
    expect(status(await get(`/api/train?token=${studio.token}`))).toBe(404);
    expect(studio.trainer.state()).toEqual({ state: 'idle' });
  });

  it('come as JSON, which forms of other sites cannot send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
      expect(status(await post('/api/stop', '{}', { 'Content-Type': type }))).toBe(415);
    }
    expect(status(await post('/api/stop', 'not json'))).toBe(400);
    expect(status(await post('/api/stop', '[]'))).toBe(400);
  });

  it('are refused when they are large, however they say so', async () => {
    expect(status(await post('/api/stop', '{}', { 'Content-Length': '999999999' }))).toBe(413);
    const chunk = `${(1 << 16).toString(16)}\r\n${' '.repeat(1 << 16)}\r\n`;
    const chunked = { 'Content-Length': '', 'Transfer-Encoding': 'chunked' };
    expect(status(await post('/api/stop', chunk.repeat(4), chunked))).toBe(413);
  });

  it('say what is wrong with them', async () => {
    const answers = {
      '{"gan":"nothing"}': "there is no system named 'nothing'",
      '{"gan":"/etc/own-gan.js"}': "there is no system named '/etc/own-gan.js'",
      '{"gan":"gan","out":"/tmp"}': 'Unrecognized key',
      '{"gan":"gan","steps":1,"minutes":1}': 'not both',
      '{"gan":"gan","data":"mnist","threads":0}': '"fields":{"threads":',
      '{"gan":"dcgan","data":"mnist","settings":{"lr":"-1"}}':
        '"fields":{"settings.lr":"dcgan: lr=-1 is not possible',
      '{"gan":"dcgan","settings":{"learn":"1"}}': '"fields":{"settings.learn":"dcgan has no setting',
      '{"gan":"dcgan","data":"mnost"}': `"fields":{"data":"unknown data source 'mnost': did you mean 'mnist'?`,
      '{"gan":"gan","data":"ring","size":32}': '"fields":{"size":"this is for images',
      '{"gan":"dcgan","eval":{"every":10,"metrics":"fb","samples":10}}':
        '"fields":{"eval.metrics":"--metrics',
    };
    for (const [body, message] of Object.entries(answers)) {
      const answer = await post('/api/train', body);
      expect(status(answer)).toBe(400);
      expect(bodyOf(answer)).toContain(message);
    }
    expect(bodyOf(await post('/api/runs/00000-gan-ring/stop', '{}'))).toContain(
      'is not being trained at this moment',
    );
    expect(status(await post('/api/runs/..%2fruns-of-others%2fx/resume', '{}'))).toBe(404);
    expect(status(await post('/api/runs/00009-elsewhere/resume', '{}'))).toBe(404);
  });
});

describe('a run that trains elsewhere', () => {
  const asked = (name: string) => JSON.parse(readFileSync(join(runs, name, 'control.json'), 'utf8'));
  const control = (body: object, name = '00002-elsewhere') =>
    post(`/api/runs/${name}/control`, JSON.stringify(body));

  it('is asked to pause, to learn at another rate and to stop, by its control file', async () => {
    writeRun(runs, '00002-elsewhere', 10, 'running');
    expect(status(await control({ pause: true }))).toBe(202);
    expect(status(await control({ rateScale: { G: 0.5 } }))).toBe(202);
    expect(asked('00002-elsewhere')).toEqual({ pause: true, stop: false, rateScale: { G: 0.5 } });
    expect(status(await post('/api/runs/00002-elsewhere/stop', '{}'))).toBe(202);
    expect(asked('00002-elsewhere')).toMatchObject({ stop: true });
  });

  it('is asked for nothing that cannot be, and by nobody else', async () => {
    const { folder } = writeRun(runs, '00003-elsewhere', 10, 'running');
    const refusals: [object, string][] = [
      [{ rateScale: { X: 1 } }, "trains no network 'X'; it trains G and D"],
      [{ rateScale: { G: -1 } }, 'rateScale.G'],
      [{ rateScale: { G: 1e9 } }, 'rateScale.G'],
      [{ pause: 'yes' }, 'pause'],
      [{ step: 1 }, 'Unrecognized key'],
    ];
    for (const [body, words] of refusals) {
      const answer = await control(body, '00003-elsewhere');
      expect(status(answer)).toBe(400);
      expect(bodyOf(answer)).toContain(words);
    }
    const body = JSON.stringify({ pause: true });
    const path = '/api/runs/00003-elsewhere/control';
    expect(status(await post(path, body, { 'X-Gansmith-Token': '' }))).toBe(403);
    expect(status(await post(path, body, { Origin: 'https://evil.example' }))).toBe(403);
    expect(status(await post('/api/runs/..%2fruns-of-others%2fx/control', body))).toBe(404);
    expect(status(await post('/api/runs/00009-elsewhere/control', body))).toBe(404);
    expect(status(await post('/api/runs/00000-gan-ring/control', body))).toBe(409);
    expect(existsSync(join(folder, 'control.json'))).toBe(false);
    symlinkSync(join(root, 'secret.txt'), join(folder, 'control.json'));
    expect(status(await control({ pause: true }, '00003-elsewhere'))).toBe(202);
    expect(readFileSync(join(root, 'secret.txt'), 'utf8')).toBe(SECRET);
  });
});

describe('the stream of events', () => {
  const open = (headers: readonly string[], enough: (text: string) => boolean) =>
    raw(['GET /api/stream?run=00001-live HTTP/1.1', host(), ...headers, '', ''].join('\r\n'), enough);
  const lastId = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].at(-1)![1]!;

  it('goes on where a browser left off, and starts over when the log was cut', async () => {
    const run = writeRun(runs, '00001-live', 10, 'running');
    const first = await open([], (text) => text.includes('event: progress'));
    expect(first).toContain('"type":"samples","step":10');

    run.goOn(11, 20);
    const resumed = await open([`Last-Event-ID: ${lastId(first)}`], (text) =>
      text.includes('event: progress'),
    );
    expect(resumed).toContain('"type":"samples","step":20');
    expect(resumed).not.toContain('"type":"samples","step":10');
    expect(resumed).not.toContain('event: reset');

    writeRun(runs, '00001-live', 30, 'running');
    writeFileSync(run.log, `${JSON.stringify({ type: 'start', gan: 'gan', step: 0, seed: 8 })}\n`);
    run.goOn(0, 40);
    const anew = await open([`Last-Event-ID: ${lastId(resumed)}`], (text) =>
      text.includes('event: progress'),
    );
    expect(anew).toContain('event: reset');
    expect(anew).toContain('"type":"samples","step":10');
    expect(anew).toContain('"type":"samples","step":40');
  });

  it('tells a reader that is there when the log is cut', async () => {
    const run = writeRun(runs, '00001-live', 10, 'running');
    const text = await open([], (text) => {
      if (text.includes('event: progress') && !text.includes('event: reset')) writeFileSync(run.log, '');
      return text.includes('event: reset');
    });
    expect(text).toContain('event: reset');
  });
});

describe('the port', () => {
  it('is said to be taken when it was asked for', async () => {
    const second = createStudio({ runs, pages });
    await expect(listenLocally(second.server, port)).rejects.toThrow(
      `--port ${port} is taken by another program, or another studio; leave out --port to get the next free one`,
    );
  });
});
