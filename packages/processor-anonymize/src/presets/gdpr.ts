// SPDX-License-Identifier: Apache-2.0
import { extendPolicy } from '../policy/extend-policy.ts';
import type { AnonymizationPolicy } from '../policy/policy.ts';
import { DEFAULT } from './default.ts';
import { redact } from './rules.ts';

/** Regulation (EU) 2016/679: identifiers of people, also online ones, and the common names of attributes that hold them. */
export const GDPR: AnonymizationPolicy = extendPolicy(DEFAULT, {
  name: 'gdpr',
  version: '1',
  description:
    'The default, with IP addresses shortened, device identifiers gone, and attributes that are named for personal data.',
  limits:
    'No pattern finds every name, address or opinion in free text, and the list of paths knows only common names of attributes. Redacted ' +
    'records can still be personal data together with others (articles 4(1) and 4(5)): pseudonyms are. The policy helps with data ' +
    'minimisation (article 5(1)(c)); it makes no processing lawful by itself.',
  ipRanges: { private: true },
  entities: {
    ip_address: {
      operator: { kind: 'truncate-ip' },
      reason:
        'recital 30: an online identifier; the network is left for operation, as supervisory authorities recommend',
    },
    uuid: redact(
      'identifiers of devices and sessions are online identifiers; ids of traces are no attributes and stay',
    ),
  },
  paths: [
    ...['name', 'full_name', 'first_name', 'last_name', 'given_name', 'family_name', 'surname', 'email', 'phone'].map(
      (name) => ({
        path: `**.user.${name}`,
        operator: { kind: 'redact' } as const,
        reason: 'a name or a way to reach a person (article 4(1))',
      }),
    ),
    ...['first_name', 'last_name', 'given_name', 'family_name', 'surname', 'maiden_name'].map((name) => ({
      path: `**.${name}`,
      operator: { kind: 'redact' } as const,
      reason: 'the name of a person',
    })),
    ...['date_of_birth', 'birth_date', 'dob', 'birthday'].map((name) => ({
      path: `**.${name}`,
      operator: { kind: 'generalize', date: 'year' } as const,
      reason: 'the year is left where ages matter',
    })),
    ...['street', 'street_address', 'postal_address', 'home_address', 'shipping_address', 'billing_address'].map(
      (name) => ({
        path: `**.${name}`,
        operator: { kind: 'redact' } as const,
        reason: 'where a person lives',
      }),
    ),
    ...[
      'religion',
      'ethnicity',
      'nationality',
      'sexual_orientation',
      'political_opinion',
      'trade_union',
      'health',
      'diagnosis',
    ].map((name) => ({
      path: `**.${name}`,
      operator: { kind: 'drop' } as const,
      reason: 'special categories (article 9) do not belong in logs',
    })),
  ],
});
