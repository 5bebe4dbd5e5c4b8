// SPDX-License-Identifier: Apache-2.0

import { isPaymentCard } from '../detect/payment-card.ts';

/**
 * Lines of technical text that hold nothing of anyone: times, versions, ids, hashes, stacks, numbers of every length. The same
 * seed makes the same lines.
 */
export function cleanLines(count: number, seed: number): readonly string[] {
  const random = generator(seed);
  const digits = (length: number): string => Array.from({ length }, () => random(10)).join('');
  /** Digits that are no card number: by chance some are, and nobody could tell. */
  const noCard = (make: () => string): string => {
    let made = make();
    while (/(?<!\d)\d/.test(made) && holdsCard(made)) made = make();
    return made;
  };
  const hex = (length: number): string => Array.from({ length }, () => random(16).toString(16)).join('');
  const base64 = (bytes: number): string =>
    Buffer.from(Uint8Array.from({ length: bytes }, () => random(256))).toString('base64');
  const pick = (...items: readonly (string | number)[]): string => String(items[random(items.length)]);
  const two = (below: number): string => String(random(below)).padStart(2, '0');
  const time = (): string => `${two(24)}:${two(60)}:${two(60)}`;
  const day = (): string =>
    `2026-${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`;
  const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const version = (): string => `${random(40)}.${random(30)}.${random(200)}`;
  const forms: readonly (() => string)[] = [
    () =>
      `${day()}T${time()}.${digits(3)}Z INFO [${pick('main', 'worker-3', 'http-nio-8080-exec-7')}] com.example.shop.OrderService - order ${digits(7)} accepted in ${digits(3)} ms`,
    () =>
      `${day()} ${time()},${digits(3)} WARN retry ${random(9)} of 9 after ${digits(4)}ms, backoff=${random(9)}.${digits(2)}s`,
    () =>
      `${digits(6)} ${digits(6)} ${digits(3)} INFO dfs.DataNode$PacketResponder: PacketResponder ${random(3)} for block blk_${pick('', '-')}${digits(19)} terminating`,
    () => `trace_id=${hex(32)} span_id=${hex(16)} flags=01 duration_ns=${digits(9)}`,
    () =>
      `GET /api/v${random(3)}/orders/${digits(8)}/items?page=${random(99)}&size=20 HTTP/1.1 ${pick(200, 201, 404, 500)} ${digits(5)}`,
    () =>
      `    at ${pick('Module._compile', 'processTicksAndRejections', 'Object.<anonymous>')} (node:internal/modules/cjs/loader:${digits(4)}:${digits(2)})`,
    () =>
      `\tat com.example.${pick('Foo', 'BarFactory', 'BazImpl')}.${pick('run', 'invoke0')}(${pick('Foo', 'Bar')}.java:${digits(3)}) ~[app-${version()}.jar:${version()}]`,
    () => `installed ${pick('lodash', '@types/node', 'react-dom')}@${version()} in ${digits(2)}.${digits(1)}s`,
    () => `commit ${hex(40)} merged into ${pick('main', 'release/1.2')} (${digits(5)} objects, ${digits(6)} bytes)`,
    () => `sha256:${hex(64)} pulled, size ${digits(9)}`,
    () => `request ${uuid()} completed, status=${pick('ok', 'failed')} code=${random(600)}`,
    () => noCard(() => `a number of any length: ${digits(1 + random(20))}`),
    () =>
      `epoch ${1_700_000_000 + random(99_999_999)} ms ${1_700_000_000 + random(99_999_999)}${digits(3)} ns ${1_700_000_000 + random(99_999_999)}${digits(9)}`,
    () => `image data:image/png;base64,${base64(48 + random(200))}`,
    () => `etag "${base64(12)}" cache=${pick('hit', 'miss')} age=${digits(4)}`,
    () => `memory rss=${digits(9)} heap=${digits(8)} external=${digits(7)} arrayBuffers=${digits(6)}`,
    () => `kernel: [${digits(5)}.${digits(6)}] eth0: renamed from veth${hex(7)}, mtu 1500 qdisc ${hex(4)}:`,
    () =>
      `worker ${random(64)} cpu=${random(100)}.${digits(2)}% load ${random(9)}.${digits(2)} ${random(9)}.${digits(2)} ${random(9)}.${digits(2)}`,
    () =>
      `bound to 127.0.0.1:${digits(4)} and 0.0.0.0:${digits(4)}, peers 10.${random(255)}.${random(255)}.${random(255)}, 192.168.${random(255)}.${random(255)}`,
    () => `hexdump ${Array.from({ length: 16 }, () => hex(2)).join(' ')} |................|`,
    () => `fingerprint ${Array.from({ length: 20 }, () => hex(2)).join(':')}`,
    () => `std::vector<int>::push_back at 0x${hex(12)} + 0x${hex(3)} [${hex(8)}]`,
    () => noCard(() => `columns ${digits(4)} ${digits(4)} ${digits(4)} ${digits(4)} ${digits(4)} total ${digits(5)}`),
    () => `prompt_tokens=${digits(4)} completion_tokens=${digits(3)} token_count=${digits(4)} author=ci primary_key=id`,
    () => `job ${uuid()} queued at ${day()}T${time()}+00:00, next run in ${digits(2)}h, cron "*/5 * * * *"`,
    () =>
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${random(140)}.0.0.0 Safari/537.36`,
  ];
  return Array.from({ length: count }, (_, line) => forms[line % forms.length]?.() ?? '');
}

/** Whether the groups of digits, from one on, are a card number. */
function holdsCard(line: string): boolean {
  const groups = line.match(/\d+/g) ?? [];
  return groups.some((_, from) => groups.some((_group, to) => isPaymentCard(groups.slice(from, to + 1).join(''))));
}

/** Park and Miller's generator. */
function generator(seed: number): (below: number) => number {
  let state = (seed % 0x7fff_fffe) + 1;
  return (below) => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state % below;
  };
}
