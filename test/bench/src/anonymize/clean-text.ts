// SPDX-License-Identifier: Apache-2.0

/** Texts as services log them, in which there is nothing to find. */
import { Random } from './random.ts';

type Form = (random: Random) => string;

const SERVICES = ['orders', 'stock', 'billing', 'search', 'gateway', 'mailer'];
const CLASSES = ['OrderService', 'StockRepository', 'PriceClient', 'RetryTemplate', 'ConnectionPool'];
const METHODS = ['reserve', 'findById', 'publish', 'invoke', 'processTicksAndRejections', 'handleRequest'];
const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'];
const ROUTES = ['orders', 'customers', 'baskets', 'products/search', 'health'];

const MESSAGES: readonly Form[] = [
  (random) => `order ${random.digits(9)} accepted, ${1 + random.below(9)} items reserved in ${random.digits(2)} ms`,
  (random) => `cache miss for product ${random.digits(9)}, reading it from the database`,
  (random) =>
    `retrying ${random.pick(SERVICES)} after ${random.digits(3)} ms (attempt ${1 + random.below(5)} of 5, span ${random.hex(16)})`,
  (random) =>
    `The scheduled job finished: ${random.digits(4)} rows were read, ${random.digits(3)} were written, none was skipped`,
  (random) =>
    `worker ${random.below(64)} picked up message ${random.digits(9)} from queue ${random.pick(SERVICES)}-events`,
  (random) =>
    `Connection to ${random.pick(SERVICES)}-${random.below(9)}.internal was closed by the other side after ${random.digits(9)} bytes, opening a new one`,
  (random) => `upload of report-${random.digits(5)}.pdf done, ${random.digits(6)} bytes — checksum is fine`,
  (random) =>
    `feature flag "${random.pick(ROUTES)}-v${random.below(9)}" is now ${random.pick(['on', 'off'])} for ${random.below(100)} % of requests, change ${random.hex(12)}`,
];

const ACCESS: readonly Form[] = [
  (random) =>
    `${random.pick(['GET', 'POST', 'PUT'])} /api/v2/${random.pick(ROUTES)}/${random.digits(8)}?page=${random.below(99)}&size=20 HTTP/1.1 ${random.pick([200, 201, 404])} ${random.digits(5)} ${random.digits(2)}ms`,
  (random) =>
    `request to https://${random.pick(SERVICES)}.example.com:8443/api/${random.pick(ROUTES)}/${random.digits(6)}?expand=items&sort=created took ${random.digits(3)} ms`,
  (random) =>
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${100 + random.below(40)}.0.0.0 Safari/537.36 asked for /${random.pick(ROUTES)}/${random.digits(5)}`,
];

const STACKS: readonly Form[] = [
  (random) => {
    const frames = Array.from(
      { length: 6 + random.below(8) },
      () =>
        `    at ${random.pick(CLASSES)}.${random.pick(METHODS)} (file:///app/dist/${random.pick(SERVICES)}/${random.pick(METHODS)}.js:${random.digits(3)}:${random.digits(2)})`,
    );
    return `TimeoutError: no answer from ${random.pick(SERVICES)} within ${random.digits(4)} ms\n${frames.join('\n')}`;
  },
  (random) => {
    const frames = Array.from(
      { length: 6 + random.below(8) },
      () =>
        `\tat com.example.${random.pick(SERVICES)}.${random.pick(CLASSES)}.${random.pick(METHODS)}(${random.pick(CLASSES)}.java:${random.digits(3)})`,
    );
    return `java.lang.IllegalStateException: order ${random.digits(7)} is in state SHIPPED\n${frames.join('\n')}`;
  },
];

const STRUCTURED: readonly Form[] = [
  (random) =>
    JSON.stringify({
      time: random.time(),
      level: random.pick(LEVELS),
      service: random.pick(SERVICES),
      msg: `order ${random.digits(7)} priced`,
      durationMs: random.below(500),
      trace: random.hex(32),
      tags: ['eu', 'retail'],
    }),
  (random) =>
    `time=${random.time()} level=${random.pick(LEVELS)} service=${random.pick(SERVICES)} msg="price updated" product=${random.digits(6)} old=${random.digits(2)}.${random.digits(2)} new=${random.digits(2)}.${random.digits(2)} ms=${random.digits(2)}`,
  (random) =>
    `published {"type":"${random.pick(SERVICES)}.changed","version":${random.below(9)},"order":{"state":"open","lines":${random.below(20)}},"id":"${random.uuid()}"} to topic ${random.pick(SERVICES)}`,
];

const DATABASE: readonly Form[] = [
  (random) =>
    `query ${random.hex(8)} took ${random.digits(3)} ms: select o.id, o.state, o.created_at from orders o join order_lines l on l.order_id = o.id where o.state = $1 and l.product = $2 order by o.created_at desc limit ${random.digits(2)}`,
  (random) =>
    `connection pool main: ${random.below(20)} active, ${random.below(20)} idle, ${random.below(9)} waiting, oldest ${random.digits(4)} ms`,
];

const WORLD: readonly Form[] = [
  (random) => `Bestellung ${random.digits(6)} für Zürich ist unterwegs, Lieferung in ${1 + random.below(9)} Tagen`,
  (random) => `注文 ${random.digits(6)} は東京の倉庫から出荷されました`,
  (random) =>
    `redirect to /search?q=caf%C3%A9+au+lait&page=${random.below(99)} after ${random.digits(2)} ms, visit ${random.hex(12)}`,
  (random) => `wrote C:\\data\\exports\\report-${random.digits(5)}.csv, ${random.digits(5)} rows`,
];

/** Numbers of every kind, one beside the other. */
const NUMBERS: readonly Form[] = [
  (random) =>
    `${random.time()} ${random.pick(LEVELS)} [worker-${random.below(16)}] c.e.${random.pick(CLASSES)} - id ${random.digits(7)} in ${random.digits(3)} ms`,
  (random) => `trace_id=${random.hex(32)} span_id=${random.hex(16)} flags=01 duration_ns=${random.digits(9)}`,
  (random) => `request ${random.uuid()} completed, status=ok code=${random.below(600)}`,
  (random) =>
    `epoch 17${random.digits(8)} ms 17${random.digits(8)}${random.digits(3)} took ${random.digits(2)}.${random.digits(3)} s`,
  (random) =>
    `memory rss=${random.digits(9)} heap=${random.digits(8)} external=${random.digits(7)} arrayBuffers=${random.digits(6)}`,
  (random) => `sha256:${random.hex(64)} pulled, size ${random.digits(9)}, layer ${random.hex(12)}`,
  (random) =>
    `worker ${random.below(64)} cpu=${random.below(100)}.${random.digits(2)}% load ${random.below(9)}.${random.digits(2)} ${random.below(9)}.${random.digits(2)} ${random.below(9)}.${random.digits(2)}`,
  (random) =>
    `bound to 127.0.0.1:${random.digits(4)} and 0.0.0.0:${random.digits(4)}, peers 10.${random.below(255)}.${random.below(255)}.${random.below(255)}, 192.168.${random.below(255)}.${random.below(255)}`,
  (random) =>
    `installed lodash@${random.below(9)}.${random.digits(2)}.${random.below(40)} and @types/node@${random.digits(2)}.${random.below(40)}.${random.below(9)} in ${random.digits(2)}.${random.digits(1)}s`,
];

/** Of 32 texts so many are of each kind: what services log is mostly words with a few values in between. */
const MIX: readonly Form[] = [
  ...repeat(MESSAGES, 12),
  ...repeat(ACCESS, 4),
  ...repeat(STACKS, 3),
  ...repeat(STRUCTURED, 5),
  ...repeat(DATABASE, 2),
  ...repeat(WORLD, 2),
  ...repeat(NUMBERS, 4),
];

function repeat(forms: readonly Form[], share: number): Form[] {
  return Array.from(
    { length: share },
    (_, index) => (random) => forms[(index + random.below(forms.length)) % forms.length]!(random),
  );
}

/** What the texts are like. */
export type TextKind = 'mix' | 'numbers';

/** Text number `sequence`: one piece of memory, as what comes out of a parser or a formatter. */
export function cleanText(kind: TextKind, sequence: number): string {
  const random = new Random(sequence * 7919 + 17);
  const forms = kind === 'mix' ? MIX : NUMBERS;
  const text = forms[sequence % forms.length]!(random);
  return isLatin1(text) ? Buffer.from(text, 'latin1').toString('latin1') : Buffer.from(text).toString();
}

function isLatin1(text: string): boolean {
  return Buffer.from(text, 'latin1').toString('latin1') === text;
}
