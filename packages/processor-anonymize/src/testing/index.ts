// SPDX-License-Identifier: Apache-2.0
export { expectRedacted, type ExpectRedactedOptions } from './expect-redacted.ts';
