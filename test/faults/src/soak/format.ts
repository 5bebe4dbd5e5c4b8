// SPDX-License-Identifier: Apache-2.0

/** A whole number with its thousands separated. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
