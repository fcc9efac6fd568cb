import { resolve } from 'node:path'
import { z } from 'zod'
import type { Position } from '../../base/errors.js'
import { expressionCompiler } from '../../definitions/expression/compile-expression.js'
import { type Problems, nodeAt, type YamlNode } from '../../definitions/yaml-node.js'
import { compileTemplate, type CompiledTemplate } from '../../definitions/template/compile-template.js'
import { hasTemplate } from '../../definitions/template/segments.js'
import type { GivenInput } from './resolve-inputs.js'

/** One input of a deployment file. */
export const configuredInputSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
  z
    .strictObject({ file: z.string().refine((path) => path.trim() !== '', 'must not be blank') })
    .describe('a file that holds the value, relative to this file; what it holds is secret'),
])

/** What a deployment file says of an input. */
export interface ConfiguredInput {
  /** Of the value. */
  readonly position: Position
  /** What stands there, `${{ … }}` as they are written; `undefined` where the value is in a file. */
  readonly value: GivenInput | undefined
  /** What makes the value from the environment under test, where it holds `${{ … }}`. */
  readonly template: CompiledTemplate | undefined
  /** Absolute path of the file that holds the value. */
  readonly file: string | undefined
}

/**
 * The inputs of a deployment file, their `${{ … }}` compiled: those see the environment under test alone.
 *
 * @param folder absolute, of the file
 */
export function configuredInputs(
  read: Readonly<Record<string, z.output<typeof configuredInputSchema>>> | undefined,
  root: YamlNode,
  folder: string,
  problems: Problems,
): Readonly<Record<string, ConfiguredInput>> {
  const compiler = expressionCompiler({ env: { type: 'map', of: { type: 'string' } } })
  return Object.fromEntries(
    Object.entries(read ?? {}).map(([name, value]): [string, ConfiguredInput] => {
      const node = nodeAt(root, ['inputs', name])!
      const { position } = node
      if (typeof value === 'object' && !Array.isArray(value))
        return [name, { position, value: undefined, template: undefined, file: resolve(folder, value.file) }]
      const given = Array.isArray(value) ? value : String(value)
      const template = [given].flat().some(hasTemplate) ? compileTemplate(node, compiler, problems) : undefined
      return [name, { position, value: given, template, file: undefined }]
    }),
  )
}
