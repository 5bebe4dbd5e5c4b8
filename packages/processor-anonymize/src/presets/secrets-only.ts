// SPDX-License-Identifier: Apache-2.0
import type { AnonymizationPolicy } from '../policy/policy.ts';
import { redact } from './rules.ts';

/** What opens doors, and nothing of people. */
export const SECRETS_ONLY: AnonymizationPolicy = {
  name: 'secrets-only',
  version: '1',
  description: 'Passwords, tokens, keys and credentials. Personal data stays.',
  limits:
    'Patterns find secrets that have a known prefix, a checkable form, or a key that names them. A password in a sentence (“I used ' +
    'hunter2”), a secret in an image or an archive, one that is encrypted or split over fields, and a vendor’s new format are not found.',
  entities: {
    jwt: redact('a token of a session or an API; its claims often hold personal data as well'),
    authorization: redact('credentials behind the name of their scheme open what they were sent to'),
    private_key: redact('whoever reads it is its owner; a block that was cut is found as well'),
    vendor_token: redact('keys of clouds and services, told by their prefix'),
    url_credentials: redact('user and password before the host of a URL; OpenTelemetry asks for it in url.full'),
    secret: redact('what a key calls a password, a token, a cookie or a credential'),
    card_security_code: redact('a key calls it CVV or CVC; it may never be stored (PCI DSS 3.3.1)'),
  },
};
