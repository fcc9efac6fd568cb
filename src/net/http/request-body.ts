/** What a request carries, and the media type that it names unless a header does. */
export interface RequestBody {
  readonly bytes: Buffer
  readonly type: string
}

/** The fields of a form, as browsers send them (WHATWG URL, application/x-www-form-urlencoded). */
export function formBody(fields: Readonly<Record<string, string>>): RequestBody {
  return {
    bytes: Buffer.from(new URLSearchParams(Object.entries(fields)).toString()),
    type: 'application/x-www-form-urlencoded',
  }
}

export function textBody(text: string): RequestBody {
  return { bytes: Buffer.from(text), type: 'text/plain; charset=utf-8' }
}
