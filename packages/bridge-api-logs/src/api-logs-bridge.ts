// SPDX-License-Identifier: Apache-2.0
import type { ForwardingStats } from './forwarding-provider.ts';

/** A bridge from the global of one Logs API to the provider of the other. */
export interface ApiLogsBridge {
  /** False when another provider had been registered there before; it stays. */
  readonly isInstalled: boolean;
  stats(): ForwardingStats;
  /** Frees the global. Loggers that were handed out go on forwarding. */
  uninstall(): void;
}
