import { dsnCredentials } from './dsn-secrets.js'

/**
 * The text of a URL without the passwords in it, for what judges the rest. They are taken out where they are only: the
 * rest may have the same text in it.
 */
export function urlWithoutPasswords(url: string): string {
  return dsnCredentials(url).reduce(
    (text, password) => text.replace(`:${password}@`, ':@').replaceAll(`=${password}`, '='),
    url,
  )
}
