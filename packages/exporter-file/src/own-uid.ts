// SPDX-License-Identifier: Apache-2.0

/** The effective user id that new files get; undefined on systems without one. */
export function ownUid(): number | undefined {
  return process.geteuid?.();
}
