// SPDX-License-Identifier: Apache-2.0

/** Objects in, JSON out in which the configured paths are redacted; the object stays what it was. */
import { type AnonymizationPolicy, Anonymizer } from '@logferry/processor-anonymize';
import pinojsRedact from '@pinojs/redact';
import fastRedact from 'fast-redact';

export type PathRedactor = (input: object) => string;

/** In the syntax that all of them read. */
const PATHS: readonly string[] = [
  'user.email',
  'user.profile.phone',
  'request.headers.authorization',
  'request.headers.cookie',
  'payment.cards[*].number',
  'session',
];

const CENSOR = '[REDACTED]';

/** Rules for paths and nothing else, as the peers have them. */
const POLICY: AnonymizationPolicy = {
  name: 'paths-only',
  version: '1',
  description: 'The paths that the peers get.',
  limits: 'Everything else.',
  entities: {},
  words: {},
  paths: PATHS.map((path) => ({ path, operator: { kind: 'redact' }, reason: 'the same for every contestant' })),
};

/** Each run makes them anew. */
export const PATH_CONTESTANTS = {
  logferry: (): PathRedactor => {
    const anonymizer = new Anonymizer({ policy: POLICY, environment: {} });
    return (input) => JSON.stringify(anonymizer.redact(input));
  },
  'pinojs-redact': (): PathRedactor => pinojsRedact({ paths: [...PATHS], censor: CENSOR }) as PathRedactor,
  'fast-redact': (): PathRedactor => fastRedact({ paths: PATHS, censor: CENSOR }),
  stringify: (): PathRedactor => (input) => JSON.stringify(input),
} as const;

export type PathContestant = keyof typeof PATH_CONTESTANTS;

/** Values that the paths name stand in every object, with this in them. */
export const PATH_SECRET = 'hush-';

/** Object number `sequence`: a request as a service logs it. */
export function makeRequest(sequence: number): object {
  const secret = (name: string): string => `${PATH_SECRET}${name}-${sequence}`;
  return {
    level: 30,
    msg: `order ${sequence} was placed`,
    session: secret('session'),
    user: {
      id: sequence,
      email: secret('email'),
      profile: { name: `customer ${sequence & 1023}`, phone: secret('phone'), language: 'en' },
    },
    request: {
      method: 'POST',
      url: `/orders/${sequence}`,
      headers: {
        host: 'shop.example.com',
        accept: 'application/json',
        authorization: secret('authorization'),
        cookie: secret('cookie'),
        'user-agent': 'curl/8.9.1',
      },
    },
    payment: {
      amount: sequence % 10_000,
      currency: 'EUR',
      cards: [
        { brand: 'visa', number: secret('first') },
        { brand: 'amex', number: secret('second') },
      ],
    },
    durationMs: (sequence % 997) / 8,
  };
}

/** How many secrets each of the objects holds. */
export const SECRETS_PER_REQUEST = 7;
