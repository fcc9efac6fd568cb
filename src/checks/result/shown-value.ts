import { isPlainText } from '../../redaction/plain-text.js'
import { valueShape, type ValueShape } from '../../redaction/value-shape.js'
import { readVariable, variableTypeOf } from '../../environment/read-variable.js'
import type { VariableDeclaration } from '../../environment/variable-reading.js'

/** What people write for yes and no: a target that reads only `true` takes all else for false, a pasted key as well. */
const booleanWords = new Set([
  'true',
  'false',
  'yes',
  'no',
  'on',
  'off',
  'y',
  'n',
  't',
  'f',
  '1',
  '0',
  'enabled',
  'disabled',
  'enable',
  'disable',
  'none',
  'null',
])

/** Characters that a number or one word of a list has at most, blanks around it included. */
const longestWord = 40

/** What generated values look like; no setting that is text does. */
const generated: ReadonlySet<ValueShape> = new Set<ValueShape>(['pem', 'jwt-like', 'uuid', 'json', 'hex', 'base64'])

/**
 * Whether a value may be shown for what a pack says of its variable: every declaration calls it public, and the value
 * has the form of
 * such a variable, so that what was pasted into the wrong line stays hidden. Whether a known secret stands in it is
 * another question.
 */
export function isShowable(value: string, declarations: readonly VariableDeclaration[]): boolean {
  return (
    declarations.length > 0 &&
    declarations.every((declaration) => declaration.exposure === 'public' && hasOwnForm(value, declaration))
  )
}

function hasOwnForm(value: string, declaration: VariableDeclaration): boolean {
  const reading = readVariable(value, declaration)
  if (!reading.valid) return false
  const type = variableTypeOf(declaration)
  if (type === 'bool') return booleanWords.has(value.trim().toLowerCase())
  if (type !== 'string') return value.length <= longestWord
  if (declaration.values !== undefined) return value.length <= longestWord + reading.text.length
  if (reading.url !== undefined && (reading.url.user !== '' || reading.url.hasPassword)) return false
  return isPlainText(value) && !generated.has(valueShape(value)) && !(value.includes('://') && value.includes('@'))
}
