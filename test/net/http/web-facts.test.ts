import { describe, expect, it } from 'vitest'
import { boundedText, headerFacts, mediaType, readJson } from '../../../src/net/http/web-facts.js'

describe('facts of a body', () => {
  it('keeps short text, and cuts long text between two words', () => {
    expect(boundedText('short')).toBe('short')
    const words = 'secret-value '.repeat(10_000)
    expect(boundedText(words).length).toBeLessThanOrEqual(16 * 1024)
    expect(boundedText(words).endsWith('secret-value')).toBe(true)
    expect(boundedText('x'.repeat(100_000))).toHaveLength(12 * 1024)
  })

  it('reads JSON, and says why anything else is not JSON without quoting it', () => {
    expect(readJson(' {"a":null} ')).toEqual({ isJson: true, json: { a: null }, jsonError: '' })
    expect(readJson('')).toEqual({ isJson: false, json: {}, jsonError: 'the text is empty' })
    expect(readJson('canary')).toEqual({ isJson: false, json: {}, jsonError: 'the text is not JSON' })
    expect(readJson('{}', true)).toMatchObject({ isJson: false, jsonError: 'the text was cut off at the limit' })
    expect(readJson('['.repeat(101) + ']'.repeat(101))).toMatchObject({ isJson: false })
    expect(readJson('['.repeat(100) + ']'.repeat(100))).toMatchObject({ isJson: true })
    expect(readJson('{"__proto__":{"a":1}}').isJson).toBe(true)
  })

  it('tells headers and media type', () => {
    expect(headerFacts({ 'X-A': ['1', '2'], 'Set-Cookie': ['session=canary'], none: undefined })).toEqual({
      'x-a': '1, 2',
      'set-cookie': '[redacted]',
      none: '',
    })
    expect(mediaType('Text/HTML ; charset=utf-8')).toBe('text/html')
    expect(mediaType(undefined)).toBe('')
  })
})
