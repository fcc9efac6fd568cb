import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/redaction/secret-value.js'
import { parseWebUrl, webAddress, webAddressOf } from '../../../src/net/http/web-address.js'

const addressOf = (url: string) => webAddressOf(parseWebUrl(new Secret(url), ['http', 'https', 'ws', 'wss']))

describe('a web address', () => {
  it.each([
    ['http://host/a?b=c', { secure: false, host: 'host', port: 80, authority: 'host', printable: 'http://host/a' }],
    [
      'https://host:8443',
      { secure: true, host: 'host', port: 8443, authority: 'host:8443', printable: 'https://host:8443/' },
    ],
    ['wss://[::1]:1/x', { secure: true, host: '::1', port: 1, authority: '[::1]:1', printable: 'wss://[::1]:1/x' }],
    ['ws://u:p@host', { secure: false, host: 'host', port: 80, printable: 'ws://host/' }],
  ])('%s', (url, expected) => {
    expect(addressOf(url)).toMatchObject(expected)
  })

  it('sends path and query, and credentials as Basic authorization', () => {
    expect(addressOf('http://h/a%20b?c=d#e').target.reveal()).toBe('/a%20b?c=d')
    expect(addressOf('http://us%C3%A9r:p%3Aw@h/').authorization?.reveal()).toBe(
      `Basic ${Buffer.from('usér:p:w').toString('base64')}`,
    )
    expect(addressOf('http://h/').authorization).toBeUndefined()
  })

  it.each(['', 'canary', 'http://', 'http://h:99999/', 'ftp://canary@h/'])('refuses %j without quoting it', (url) => {
    expect(() => addressOf(url)).toThrow(/^bad-url: (?!.*canary)/)
    if (URL.canParse(url)) expect(webAddress(new Secret(url))).not.toContain('canary@')
    else expect(() => webAddress(new Secret(url))).toThrow(/^bad-url: (?!.*canary)/)
  })
})
