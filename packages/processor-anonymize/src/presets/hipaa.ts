// SPDX-License-Identifier: Apache-2.0
import { extendPolicy } from '../policy/extend-policy.ts';
import type { AnonymizationPolicy } from '../policy/policy.ts';
import { DEFAULT } from './default.ts';
import { redact } from './rules.ts';

const REDACT = { kind: 'redact' } as const;

/** 45 CFR 164.514(b)(2), “safe harbor”: the eighteen identifiers, as far as patterns and names of attributes reach. */
export const HIPAA: AnonymizationPolicy = extendPolicy(DEFAULT, {
  name: 'hipaa',
  version: '1',
  description: 'The identifiers of the safe harbor method that have a form, and attributes named for the others.',
  limits:
    'Names, places, dates and photographs in free text are not found, and a safe harbor needs all eighteen identifiers gone and no actual ' +
    'knowledge that the rest identifies anyone. Notes of clinicians must not be logged at all: no policy makes them safe.',
  ipRanges: { private: true },
  entities: {
    uuid: redact('(R) any other unique identifying number'),
  },
  paths: [
    ...['patient_name', 'member_name', 'first_name', 'last_name', 'given_name', 'family_name', 'maiden_name'].map(
      (name) => ({
        path: `**.${name}`,
        operator: REDACT,
        reason: '(A) names',
      }),
    ),
    { path: '**.patient.name', operator: REDACT, reason: '(A) names' },
    ...['street', 'street_address', 'address', 'city', 'county', 'zip', 'zip_code', 'postal_code'].map((name) => ({
      path: `**.patient.${name}`,
      operator: REDACT,
      reason: '(B) geographic subdivisions smaller than a state',
    })),
    ...['date_of_birth', 'birth_date', 'dob', 'date_of_death', 'admission_date', 'discharge_date'].map((name) => ({
      path: `**.${name}`,
      operator: { kind: 'generalize', date: 'year' } as const,
      reason: '(C) all elements of dates but the year',
    })),
    ...[
      'mrn',
      'medical_record_number',
      'chart_number',
      'beneficiary_number',
      'member_id',
      'account_number',
      'license_number',
    ].map((name) => ({
      path: `**.${name}`,
      operator: REDACT,
      reason: '(H) to (K) record, beneficiary, account and licence numbers',
    })),
    ...['vin', 'license_plate', 'device_serial', 'serial_number', 'fingerprint', 'voiceprint'].map((name) => ({
      path: `**.${name}`,
      operator: REDACT,
      reason: '(L), (M), (P) vehicles, devices, biometric identifiers',
    })),
    ...['diagnosis', 'diagnoses', 'icd10', 'medication', 'prescription', 'lab_result'].map((name) => ({
      path: `**.${name}`,
      operator: { kind: 'drop' } as const,
      reason: 'health information does not belong in logs',
    })),
  ],
});
