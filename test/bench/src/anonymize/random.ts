// SPDX-License-Identifier: Apache-2.0

/** Pseudo-random parts of texts, the same in every run (Park and Miller's generator). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed % 0x7fff_fffe) + 1;
  }

  below(bound: number): number {
    this.#state = (this.#state * 48_271) % 0x7fff_ffff;
    return this.#state % bound;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  digits(count: number): string {
    let text = String(1 + this.below(9));
    while (text.length < count) text += this.below(10);
    return text;
  }

  hex(count: number): string {
    let text = '';
    while (text.length < count) text += this.below(16).toString(16);
    return text;
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }

  time(): string {
    const two = (bound: number): string => String(this.below(bound)).padStart(2, '0');
    return `2026-${String(1 + this.below(12)).padStart(2, '0')}-${String(1 + this.below(28)).padStart(2, '0')}T${two(24)}:${two(60)}:${two(60)}.${this.digits(3)}Z`;
  }
}
