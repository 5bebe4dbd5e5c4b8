// SPDX-License-Identifier: Apache-2.0

interface ValueRecord {
  readonly about: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

class Money {
  readonly amount: number;
  readonly #currency: string;

  constructor(amount: number, currency: string) {
    this.amount = amount;
    this.#currency = currency;
  }

  toJSON(): string {
    return `${this.amount} ${this.#currency}`;
  }
}

class Point {
  readonly x = 1;
  readonly y = 2.5;
}

const CYCLIC: Record<string, unknown> = { id: 1 };
CYCLIC['self'] = CYCLIC;

const THROWING = {
  before: 1,
  get total(): number {
    throw new Error('no total');
  },
};

function refuse(): never {
  throw new Error('no');
}

const INNER_ERROR = Object.assign(new TypeError('no stock'), { stack: 'TypeError: no stock\n    at stock.js:1:1' });

export const VALUE_RECORDS: readonly ValueRecord[] = [
  {
    about: 'nested fields',
    fields: { order: { id: 42, tags: ['new', 1, true, null], deep: { a: { b: [{ c: 1.5 }] } } }, empty: '', none: {} },
    attributes: {
      order: { id: 42, tags: ['new', 1, true, null], deep: { a: { b: [{ c: 1.5 }] } } },
      empty: '',
      none: {},
    },
  },
  {
    about: 'numbers',
    fields: { whole: 7, fraction: 1.5, negative: -3, large: 2 ** 52, tiny: 5e-324 },
    attributes: { whole: 7, fraction: 1.5, negative: -3, large: 2 ** 52, tiny: 5e-324 },
  },
  {
    about: 'bigints',
    fields: { small: 7n, large: 9_007_199_254_740_993n, huge: 2n ** 70n },
    attributes: { small: 7, large: '9007199254740993', huge: '1180591620717411303424' },
  },
  {
    about: 'dates, maps and sets',
    fields: {
      at: new Date('2026-01-02T03:04:05.006Z'),
      map: new Map<unknown, unknown>([['a', new Date(0)]]),
      pairs: new Map([[{ key: 1 }, 'value']]),
      set: new Set(['x', 2n, new Set([3])]),
    },
    attributes: {
      at: '2026-01-02T03:04:05.006Z',
      map: { a: '1970-01-01T00:00:00.000Z' },
      pairs: [[{ key: 1 }, 'value']],
      set: ['x', 2, [3]],
    },
  },
  {
    about: 'objects with a form of their own',
    fields: {
      url: new URL('https://shop.test/orders?id=1'),
      bytes: Buffer.from([1, 2, 3]),
      pattern: /a+/g,
      price: new Money(5, 'EUR'),
      point: new Point(),
    },
    attributes: {
      url: 'https://shop.test/orders?id=1',
      bytes: Uint8Array.of(1, 2, 3),
      pattern: '/a+/g',
      price: '5 EUR',
      point: { x: 1, y: 2.5 },
    },
  },
  {
    about: 'what is undefined, and what is null',
    fields: { absent: undefined, nothing: null, inside: { absent: undefined, list: [undefined, null] } },
    attributes: { nothing: null, inside: { list: [null, null] } },
  },
  {
    about: 'an error that is a field among others',
    fields: { reason: INNER_ERROR },
    attributes: {
      reason: { name: 'TypeError', message: 'no stock', stack: 'TypeError: no stock\n    at stock.js:1:1' },
    },
  },
  {
    about: 'an object that contains itself',
    fields: { cyclic: CYCLIC },
    attributes: { cyclic: { id: 1, self: '[Circular]' } },
  },
  {
    about: 'the same object twice',
    fields: { first: { point: new Point() }, both: [CYCLIC['id'], CYCLIC['id']] },
    attributes: { first: { point: { x: 1, y: 2.5 } }, both: [1, 1] },
  },
  {
    about: 'a getter and a proxy that throw',
    fields: { throwing: THROWING, proxy: { inside: new Proxy({}, { ownKeys: refuse, get: refuse }) } },
    attributes: { throwing: { before: 1, total: '[Throws]' }, proxy: { inside: '[Throws]' } },
  },
  {
    about: 'keys that the SDK takes for something else',
    fields: { sharp: { constructor: 'mine', id: 1 }, proto: { list: [JSON.parse('{"__proto__":1}')] } },
    attributes: {
      sharp: [
        ['constructor', 'mine'],
        ['id', 1],
      ],
      proto: { list: [[['__proto__', 1]]] },
    },
  },
  {
    about: 'texts that no encoding has, and long ones',
    fields: { lone: 'a\ud800b', control: '\u0000\u001b[31m', long: 'x'.repeat(100_000) },
    attributes: { lone: 'a\ud800b', control: '\u0000\u001b[31m', long: 'x'.repeat(100_000) },
  },
  {
    about: 'an error key that holds no error',
    fields: { error: 'declined', err: 7 },
    attributes: { error: 'declined', err: 7 },
  },
];
