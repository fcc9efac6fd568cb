interface Place {
  readonly file: string
  readonly line: number
  readonly column?: number
}

/** A place in a file as SARIF writes it. A line or column of 0 stands for none. */
export interface Location {
  readonly id?: number
  readonly message?: { readonly text: string }
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region?: { readonly startLine: number; readonly startColumn?: number }
  }
}

export function locationOf({ file, line, column = 0 }: Place): Location {
  const region = line < 1 ? {} : { region: { startLine: line, ...(column < 1 ? {} : { startColumn: column }) } }
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } }
}

/** A path as a URI reference (RFC 3986): relative paths stay relative, whatever stands in their names is no syntax. */
function uriOf(file: string): string {
  const path = file
    .replace(/^(\.\/)+/, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
  return path.startsWith('/') ? `file://${path}` : path
}
