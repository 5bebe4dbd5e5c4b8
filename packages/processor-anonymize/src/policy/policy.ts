// SPDX-License-Identifier: Apache-2.0

/** A policy is data: what is looked for, where, what is done with it, and why. */
import type { DetectorOptions } from '../detect/user-detector.ts';
import type { IpRanges } from '../detect/scan-input.ts';
import type { Operator } from '../operate/operator.ts';

/** Parts of a record that rules can be bound to. */
export type Surface = 'body' | 'attributes' | 'resource' | 'scope';

/** What is done with an entity, wherever it is found. */
export interface EntityRule {
  readonly operator: Operator;
  /** Why it is there, for whoever reads the policy. */
  readonly reason: string;
}

/** What is done with what a path names, whatever it holds. */
export interface PathRule {
  /** See `parseAttributePath` of @logferry/core: `user.email`, `**.password`, `items[*].card`. */
  readonly path: string;
  readonly operator: Operator;
  readonly reason: string;
  /** Default: everywhere. In a body the path begins at its root. */
  readonly on?: readonly Surface[];
}

/** Allow-list mode: attributes that no path allows are treated with `otherwise`. The allowed ones are scanned. */
export interface AllowList {
  readonly paths: readonly string[];
  /** Default: drop. */
  readonly otherwise?: Operator;
}

export interface AnonymizationPolicy {
  /** Lower-case words with `-`. */
  readonly name: string;
  /** Changes with every change of the rules. */
  readonly version: string;
  readonly description: string;
  /** What the policy can't find. */
  readonly limits: string;
  /** The entities that are looked for. */
  readonly entities: Readonly<Record<string, EntityRule>>;
  /** Phrases of keys that name a secret, with the entity of what they name. Default: `DEFAULT_SENSITIVE_WORDS`. */
  readonly words?: Readonly<Record<string, string>>;
  /** The first path that matches wins. */
  readonly paths?: readonly PathRule[];
  readonly allow?: AllowList;
  readonly ipRanges?: IpRanges;
  readonly detectors?: readonly DetectorOptions[];
}

/** What `extendPolicy` changes. */
export interface PolicyChanges {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly limits?: string;
  /** Adds or replaces; `false` takes an entity away. */
  readonly entities?: Readonly<Record<string, EntityRule | false>>;
  /** Adds or replaces; `false` takes a phrase away. */
  readonly words?: Readonly<Record<string, string | false>>;
  /** Stand before those of the policy, so that they win. */
  readonly paths?: readonly PathRule[];
  readonly allow?: AllowList;
  readonly ipRanges?: IpRanges;
  readonly detectors?: readonly DetectorOptions[];
}
