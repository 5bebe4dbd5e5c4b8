// SPDX-License-Identifier: Apache-2.0

/** One value of each entity that the default policy finds by itself, and the words that announce it where it needs them. */
export const CANARIES: readonly {
  readonly entity: string;
  readonly value: string;
  readonly before?: string;
  readonly after?: string;
}[] = [
  { entity: 'email', value: 'jane.doe+log@mail.example.com' },
  { entity: 'payment_card', value: '4111 1111 1111 1111' },
  { entity: 'payment_card', value: '5500005555555559' },
  { entity: 'iban', value: 'DE89 3704 0044 0532 0130 00' },
  { entity: 'phone', value: '+49 30 90182034' },
  { entity: 'ip_address', value: '203.0.113.77' },
  { entity: 'ip_address', value: '2001:db8::8a2e:370:7334' },
  { entity: 'mac_address', value: '00:1a:2b:3c:4d:5e' },
  { entity: 'us_ssn', value: '123-45-6789' },
  { entity: 'us_npi', value: '1234567893', before: 'npi ' },
  { entity: 'us_mbi', value: '1EG4-TE5-MK73', before: 'medicare ' },
  { entity: 'uk_nhs', value: '943 476 5919', before: 'nhs ' },
  { entity: 'uk_nino', value: 'AB123456C' },
  { entity: 'nl_bsn', value: '111222333', before: 'bsn ' },
  { entity: 'pl_pesel', value: '44051401359', before: 'pesel ' },
  { entity: 'br_cpf', value: '529.982.247-25' },
  { entity: 'fr_nir', value: '255081416802538', before: 'nir ' },
  { entity: 'es_dni', value: '12345678Z', before: 'dni ' },
  { entity: 'in_aadhaar', value: '2341 2341 2346', before: 'aadhaar ' },
  {
    entity: 'jwt',
    value:
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5NXgL0n3I9PlFUP0THsR8U',
  },
  { entity: 'authorization', value: 'mF9B5f41JqM7', before: 'Bearer ' },
  {
    entity: 'private_key',
    value:
      '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY\n-----END EC PRIVATE KEY-----',
  },
  { entity: 'vendor_token', value: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' },
  { entity: 'vendor_token', value: 'AKIAQ3EGR7JP2LXKTB5N' },
  { entity: 'url_credentials', value: 'bob:hunter2', before: 'postgres://', after: '@db/orders' },
  { entity: 'secret', value: 'correct-horse-7', before: 'password=' },
  { entity: 'crypto_address', value: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed' },
  { entity: 'crypto_address', value: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4' },
  { entity: 'gps', value: '52.520008, 13.404954', before: 'location ' },
];
