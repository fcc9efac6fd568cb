/** What an endpoint answers. A body that `never-ends` keeps dripping; `silence` sends nothing at all. */
export type HttpAnswer =
  | {
      readonly kind: 'complete'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | { readonly kind: 'never-ends'; readonly body: string }
  | { readonly kind: 'silence' }

export function json(body: unknown, status = 200): HttpAnswer {
  return {
    kind: 'complete',
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  }
}

export function text(
  body: string,
  contentType: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { kind: 'complete', status, headers: { 'Content-Type': contentType, ...headers }, body }
}

/** As a proxy answers that is where the service should be. */
export const loginPage = text('<!doctype html><title>Sign in</title><form action="/login"></form>', 'text/html')
export const silence: HttpAnswer = { kind: 'silence' }
