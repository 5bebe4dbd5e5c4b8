// SPDX-License-Identifier: Apache-2.0

/** What the built-in detectors find. Names are stable: policies, labels, tokens and metrics use them. */
export const ENTITY_NAMES = [
  'email',
  'payment_card',
  'card_security_code',
  'iban',
  'phone',
  'ip_address',
  'mac_address',
  'us_ssn',
  'us_npi',
  'us_mbi',
  'uk_nhs',
  'uk_nino',
  'nl_bsn',
  'pl_pesel',
  'br_cpf',
  'fr_nir',
  'es_dni',
  'in_aadhaar',
  'jwt',
  'authorization',
  'private_key',
  'vendor_token',
  'url_credentials',
  'secret',
  'crypto_address',
  'gps',
  'uuid',
] as const;

/** The name of a built-in entity. */
export type EntityName = (typeof ENTITY_NAMES)[number];

const NAMES: ReadonlySet<string> = new Set(ENTITY_NAMES);

export function isEntityName(name: string): name is EntityName {
  return NAMES.has(name);
}

/** What stands for a value when a rule or an accessor failed. */
export const ERROR_LABEL = '[REDACTION_ERROR]';

/** What stands for a value below the depth that is walked. */
export const DEPTH_LABEL = '[REDACTED:DEPTH]';

/** What stands for the rest of a record that is larger than what is scanned of one. */
export const BUDGET_LABEL = '[REDACTED:BUDGET]';

/** The label of a finding: nothing in it matches a detector, so that it survives a second pass. */
export function labelOf(entity: string): string {
  return `[${entity.toUpperCase()}]`;
}
