// SPDX-License-Identifier: Apache-2.0

/** When written bytes are made durable: they survive a power cut from then on. */
export type FsyncPolicy = 'never' | 'on-rotate' | 'interval' | 'every-batch';
