// SPDX-License-Identifier: Apache-2.0

/** The package has no types; what the scenario uses of it. */
declare module 'fast-redact' {
  export default function fastRedact(options: {
    readonly paths: readonly string[];
    readonly censor: string;
  }): (input: object) => string;
}
