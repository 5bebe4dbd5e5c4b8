// SPDX-License-Identifier: Apache-2.0

/** Values that break what reads them. Each recipe makes a new one. */
type Recipe = () => unknown;

function fail(): never {
  throw new Error('from hostile code');
}

/** A proxy that throws from one trap, or from all. */
function throwingProxy(...traps: readonly (keyof ProxyHandler<object>)[]): object {
  return new Proxy({ a: 1 }, Object.fromEntries(traps.map((trap) => [trap, fail])));
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** An object that has another one inside, without end. */
function endless(): object {
  return new Proxy(
    {},
    {
      ownKeys: () => ['inner'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      get: (_target, key) => (key === 'inner' ? endless() : undefined),
    },
  );
}

function deep(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level += 1) value = wrap(value);
  return value;
}

function cyclicObject(): unknown {
  const value: Record<string, unknown> = { a: 1 };
  value['b'] = { list: [value, { value }] };
  return value;
}

function cyclicMap(): unknown {
  const value = new Map<unknown, unknown>();
  value.set(value, value);
  return new Map([['map', value]]);
}

function cyclicErrors(): unknown {
  const first = new Error('first');
  const second = new AggregateError([first, first], 'second', { cause: first });
  first.cause = second;
  return second;
}

/** Small, and without an end for whoever expands it: every level doubles. */
function explosion(): unknown {
  return deep(40, (inner) => [inner, inner]);
}

function detachedBytes(): Uint8Array {
  const bytes = new Uint8Array(16);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function shrunkBytes(): Uint8Array {
  const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
  const bytes = new Uint8Array(buffer, 4, 8);
  buffer.resize(2);
  return bytes;
}

function changedWhileRead(): unknown {
  const value = {
    get a(): number {
      delete (value as Record<string, unknown>)['b'];
      (value as Record<string, unknown>)['c'] = 'added';
      return 1;
    },
    b: 2,
  };
  return value;
}

function growingArray(): unknown {
  const target: unknown[] = [1];
  return new Proxy(target, {
    get: (list, key) => (key === 'length' ? list.push(1) : Reflect.get(list, key)),
  });
}

class Sneaky extends Date {
  override toISOString(): string {
    return fail();
  }
  override getTime(): number {
    return fail();
  }
}

/** Recipes that take a while, or give much to write. */
const heavy: readonly Recipe[] = [
  explosion,
  endless,
  growingArray,
  () => new Proxy([1], { get: (list, key) => (key === 'length' ? 2 ** 53 : Reflect.get(list, key)) }),
  () => deep(20_000, (inner) => ({ inner })),
  () => deep(20_000, (inner) => [inner]),
  () => deep(500, (inner) => new Map([['inner', inner]])),
  () => deep(200, (inner) => new Error('outer', { cause: inner })),
  () => Object.assign([], { length: 1_000_000 }),
  () => new Set(Array.from({ length: 3000 }, (_, index) => index)),
  () => Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`key${index}`, index])),
  () => 'x'.repeat(40_000),
  () => `${'x'.repeat(10_000)}${'😀'.repeat(2000)}`,
  () => '\ud83d'.repeat(9000),
  () => new Uint8Array(40_000),
  () => 1n << 100_000n,
  () => globalThis,
  () => {
    const make = (): object => ({ toJSON: () => [make()] });
    return make();
  },
];

const light: readonly Recipe[] = [
  cyclicObject,
  cyclicMap,
  cyclicErrors,
  changedWhileRead,
  detachedBytes,
  shrunkBytes,
  () => throwingProxy('get'),
  () => throwingProxy('ownKeys'),
  () => throwingProxy('getPrototypeOf'),
  () => throwingProxy('getOwnPropertyDescriptor'),
  () => throwingProxy('get', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'has'),
  () => revoked({}),
  () => revoked([]),
  () => new Proxy([1, 2], { get: (list, key) => (key === 'length' ? 'many' : Reflect.get(list, key)) }),
  () => ({
    get a() {
      return fail();
    },
    b: 1,
  }),
  () => Object.defineProperty([1, 2], 0, { get: fail }),
  () => ({ toJSON: fail }),
  () => ({
    get toJSON() {
      return fail();
    },
  }),
  () => ({ toJSON: () => ({ toJSON: fail, a: 1 }) }),
  () => {
    const value = { toJSON: () => ({ value }) };
    return value;
  },
  () => `${'a'.repeat(30)}\udc00`,
  () => Buffer.alloc(100),
  () => new Uint8Array(new SharedArrayBuffer(8)),
  () => new Float32Array([Number.NaN, -0]),
  () => new BigUint64Array([2n ** 64n - 1n]),
  () => -(1n << 63n) - 1n,
  () => Symbol('hidden'),
  () => Object.defineProperty(() => 1, 'name', { get: fail }),
  () => Object.defineProperty(() => 1, 'name', { value: {} }),
  () => Object.defineProperty(new Error('x'), 'stack', { get: fail }),
  () => Object.assign(new Error('x'), { name: { a: 1 }, message: 5n, errors: 'none', cause: undefined }),
  () => Object.create(Error.prototype) as unknown,
  () => new Sneaky(0),
  () => Object.defineProperty(new Map([[1, 2]]), 'entries', { value: fail }),
  () => Object.setPrototypeOf(new Set([1]), null) as unknown,
  () => Object.assign(Object.create(null) as object, { valueOf: fail, toString: fail }),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}') as unknown,
  () => new WeakRef({}),
  () => ({
    get [Symbol.toStringTag]() {
      return fail();
    },
  }),
  () => process.memoryUsage,
  () => Object.assign((..._rest: unknown[]) => 1, { a: 1 }),
  () => new Proxy(function called() {}, { get: fail, apply: fail }),
  () => Object(Symbol('boxed')) as unknown,
  () => Object(Number.NaN) as unknown,
  () => Number.NaN,
  () => -0,
  () => undefined,
];

export const hostileRecipes: { readonly light: readonly Recipe[]; readonly heavy: readonly Recipe[] } = {
  light,
  heavy,
};

/** Without those that are different when they are read once more. */
export const steadyRecipes: typeof hostileRecipes = {
  light: light.filter((recipe) => recipe !== changedWhileRead && recipe !== growingArray),
  heavy: heavy.filter((recipe) => recipe !== changedWhileRead && recipe !== growingArray),
};
