// SPDX-License-Identifier: Apache-2.0
import type { AnonymizationPolicy } from '../policy/policy.ts';
import { redact } from './rules.ts';
import { SECRETS_ONLY } from './secrets-only.ts';

/** Secrets, and personal data that has a form which can be checked. */
export const DEFAULT: AnonymizationPolicy = {
  name: 'default',
  version: '1',
  description: 'Secrets, and personal data that can be told from other text by its form or by the words around it.',
  limits:
    'Names, postal addresses, dates of birth, health data and free descriptions of people have no form that a pattern could find: give the ' +
    'paths of attributes that hold them. Numbers without a distinctive form (national ids, phones without +) count only near words that ' +
    'announce them. Private and reserved IP addresses and UUIDs stay.',
  entities: {
    ...SECRETS_ONLY.entities,
    email: redact('names a person almost always'),
    payment_card: redact('PCI DSS 3.4: unreadable wherever it is stored'),
    iban: redact('names an account and its holder'),
    phone: redact('names a person or a household'),
    ip_address: redact('an online identifier (GDPR, recital 30); private and reserved ranges name no one outside'),
    mac_address: redact('names a device for as long as it exists'),
    us_ssn: redact('a national identifier of the United States'),
    us_npi: redact('names a health care provider'),
    us_mbi: redact('names a beneficiary of Medicare'),
    uk_nhs: redact('names a patient'),
    uk_nino: redact('a national identifier of the United Kingdom'),
    nl_bsn: redact('a national identifier of the Netherlands'),
    pl_pesel: redact('a national identifier of Poland; holds the date of birth'),
    br_cpf: redact('a national identifier of Brazil'),
    fr_nir: redact('a national identifier of France; holds sex, month and place of birth'),
    es_dni: redact('a national identifier of Spain'),
    in_aadhaar: redact('a national identifier of India'),
    crypto_address: redact('every payment of its holder is public'),
    gps: redact('ten metres are a home'),
  },
};
