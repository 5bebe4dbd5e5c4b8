// SPDX-License-Identifier: Apache-2.0

/** The package has no types; what the scenario uses of it. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  interface RollingStream extends EventEmitter {
    write(line: string): boolean;
    end(): void;
  }

  export default function pinoRoll(options: {
    readonly file: string;
    readonly extension: string;
    readonly size: string;
    readonly limit: { readonly count: number };
    readonly mkdir: boolean;
  }): Promise<RollingStream>;
}
