// SPDX-License-Identifier: Apache-2.0
import type { AnonymizationPolicy } from '../policy/policy.ts';
import { DEFAULT } from './default.ts';
import { GDPR } from './gdpr.ts';
import { HIPAA } from './hipaa.ts';
import { PCI_DSS } from './pci-dss.ts';
import { SECRETS_ONLY } from './secrets-only.ts';

/** The policies that come with the package. */
export const PRESETS: {
  readonly default: AnonymizationPolicy;
  readonly gdpr: AnonymizationPolicy;
  readonly 'pci-dss': AnonymizationPolicy;
  readonly hipaa: AnonymizationPolicy;
  readonly 'secrets-only': AnonymizationPolicy;
} = { default: DEFAULT, gdpr: GDPR, 'pci-dss': PCI_DSS, hipaa: HIPAA, 'secrets-only': SECRETS_ONLY };

export type PresetName = keyof typeof PRESETS;
