// SPDX-License-Identifier: Apache-2.0
import { extendPolicy } from '../policy/extend-policy.ts';
import type { AnonymizationPolicy } from '../policy/policy.ts';
import { SECRETS_ONLY } from './secrets-only.ts';

/** PCI DSS 4.0: cardholder data and sensitive authentication data. */
export const PCI_DSS: AnonymizationPolicy = extendPolicy(SECRETS_ONLY, {
  name: 'pci-dss',
  version: '1',
  description:
    'Card numbers masked to their first six and last four digits, authentication data dropped, secrets redacted.',
  limits:
    'Card numbers are told by issuer prefix, length and check digit; one with a digit missing or changed, one in an image, and one that is ' +
    'spread over attributes are not found. Track data is found by the number in it. Other personal data stays: add it from the default.',
  entities: {
    payment_card: {
      operator: { kind: 'mask', keepFirst: 6, keepLast: 4 },
      reason: '3.4.1: at most the BIN and the last four digits; never beside a hash of the same number (3.5.1)',
    },
    card_security_code: {
      operator: { kind: 'drop' },
      reason: '3.3.1.2: must not be stored after authorisation, also not encrypted',
    },
  },
  paths: [
    ...[
      'pin_block',
      'pin',
      'cvv',
      'cvv2',
      'cvc',
      'cvc2',
      'cid',
      'cav2',
      'track1',
      'track2',
      'track_data',
      'magstripe',
    ].map((name) => ({
      path: `**.${name}`,
      operator: { kind: 'drop' } as const,
      reason: '3.3.1: sensitive authentication data',
    })),
    ...['cardholder', 'cardholder_name', 'name_on_card', 'card_holder'].map((name) => ({
      path: `**.${name}`,
      operator: { kind: 'redact' } as const,
      reason: 'cardholder data, when it stands with the number (3.2)',
    })),
    ...['expiry', 'expiry_date', 'expiration_date', 'exp_month', 'exp_year'].map((name) => ({
      path: `**.card.${name}`,
      operator: { kind: 'redact' } as const,
      reason: 'cardholder data, when it stands with the number (3.2)',
    })),
  ],
});
