import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthority } from '../../servers/certificate.js'
import type { AegisDeployment } from '../deployment.js'
import { aegisFault, blocked, type AegisFault } from './aegis-fault.js'

/** Beside the broker's own folder, whose files the running broker goes on to serve. */
const otherFolder = ({ folder }: AegisDeployment): string => join(folder, 'other-certificates')

const otherCertificates = (deployment: AegisDeployment): Record<string, string> => ({
  'aegis.certificate_folder': otherFolder(deployment),
  'aegis.broker_trust_file': deployment.broker.authority.certificateFile,
})

const day = 24 * 60 * 60 * 1000

export const secretFaults: readonly AegisFault[] = [
  aegisFault({
    name: 'aegis-secret-key-unset',
    group: 'secrets',
    title: 'SECRET_KEY is not set, so each process signs with a key of its own',
    environment: { SECRET_KEY: null },
    outcomes: { 'config/secret-key-set': 'fail', ...blocked('secrets/secret-key') },
    says: 'random key',
  }),
  aegisFault({
    name: 'aegis-secret-key-published',
    group: 'secrets',
    title: 'SECRET_KEY is the default of an earlier release',
    environment: { SECRET_KEY: 'a_default_secret_key_for_testing' },
    outcomes: { 'secrets/secret-key': 'fail' },
    says: 'SECRET_KEY is weak',
  }),
  aegisFault({
    name: 'aegis-reader-password-published',
    group: 'secrets',
    title: 'DB_RO_PW is still the value of the example',
    environment: { DB_RO_PW: 'CHANGE_ME_RO' },
    outcomes: { 'secrets/published-reader-password': 'fail', 'secrets/database-passwords': 'fail' },
    says: 'DB_RO_PW is a value that everybody knows',
  }),
  aegisFault({
    name: 'aegis-writer-password-published',
    group: 'secrets',
    title: 'DB_PW is still the value of the example',
    environment: { DB_PW: 'CHANGE_ME_RW' },
    outcomes: { 'secrets/published-writer-password': 'fail', 'secrets/database-passwords': 'fail' },
    says: 'DB_PW is a value that everybody knows',
  }),
  aegisFault({
    name: 'aegis-database-password-published',
    group: 'secrets',
    title: 'POSTGRES_PASSWORD is admin, as in the example of the repository',
    environment: { POSTGRES_PASSWORD: 'admin' },
    outcomes: { 'secrets/published-postgres-password': 'fail', 'secrets/database-passwords': 'fail' },
    says: 'POSTGRES_PASSWORD is a value that everybody knows',
  }),
  aegisFault({
    name: 'aegis-database-password-guessable',
    group: 'secrets',
    title: 'POSTGRES_PASSWORD is a word and a year',
    environment: { POSTGRES_PASSWORD: 'sunshine2019' },
    outcomes: { 'secrets/database-passwords': 'fail' },
    says: 'POSTGRES_PASSWORD',
  }),
  aegisFault({
    name: 'aegis-user-password-guessable',
    group: 'secrets',
    title: 'a user has a password that Aegis accepts, and everybody guesses',
    environment: { USERS: 'operator:Password1!' },
    outcomes: { 'secrets/user-passwords': 'warn' },
    says: 'secret 1',
  }),
  aegisFault({
    name: 'aegis-public-authority',
    group: 'secrets',
    title: 'the authority of the broker is the one whose key is public',
    breakIt: (deployment) => createAuthority(otherFolder(deployment), 'AegisDevCA'),
    inputs: otherCertificates,
    outcomes: {
      'certificates/authority': 'fail',
      ...blocked('certificates/authority-days', 'certificates/server'),
    },
    says: 'AegisDevCA, whose key is public',
  }),
  aegisFault({
    name: 'aegis-certificate-expired',
    group: 'secrets',
    title: 'the certificate of the broker expired yesterday',
    breakIt(deployment) {
      const { authority } = deployment.broker
      mkdirSync(otherFolder(deployment), { recursive: true })
      copyFileSync(authority.certificateFile, join(otherFolder(deployment), 'ca.crt'))
      authority.issue(otherFolder(deployment), {
        commonName: 'localhost',
        alternativeNames: ['localhost'],
        validity: { from: new Date(Date.now() - 9 * day), until: new Date(Date.now() - day) },
      })
    },
    inputs: otherCertificates,
    outcomes: { 'certificates/server': 'fail' },
    says: 'has expired',
  }),
  aegisFault({
    name: 'aegis-certificates-expire-soon',
    group: 'secrets',
    title: 'the certificates are valid for less than the days that are wanted',
    inputs: { 'aegis.expiry_days': '60' },
    outcomes: { 'certificates/server': 'warn', 'certificates/authority-days': 'warn', 'broker/trust': 'warn' },
    says: 'more days',
  }),
]
