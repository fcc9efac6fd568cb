import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Root, Type } from 'protobufjs'
import { messageOf } from '../kernel/errors.js'
import { readUnlessPipe } from '../kernel/pipes.js'

/** Bytes of one `.proto` file: a schema written by people stays far below. */
const largestFile = 1024 * 1024

async function textOf(path: string): Promise<string> {
  const { size } = await stat(path)
  if (size > largestFile) throw new Error(`${path} is larger than ${largestFile} bytes`)
  return (await readUnlessPipe(path)).toString('utf8')
}

/** Message types by their full name, from a pack's own descriptors. */
export interface ProtobufSchema {
  /** @throws Error when no such message is described */
  type(name: string): Type
}

function schemaOf(root: Root): ProtobufSchema {
  return {
    type(name) {
      try {
        return root.lookupType(name)
      } catch (error) {
        throw new Error(`no message ${name} is described`, { cause: error })
      }
    },
  }
}

/**
 * Reads `.proto` files into one schema. Field names stay as they are written. Of imports only Google's own common ones are
 * followed (`google/protobuf/struct.proto`); a file that needs another of the pack's is given together with it.
 *
 * @param files named relative to `folder`
 * @throws Error that names the file which is missing, too large or malformed
 */
export async function loadProtobufSchema(folder: string, files: readonly string[]): Promise<ProtobufSchema> {
  const { default: protobuf } = await import('protobufjs')
  const root = new protobuf.Root()
  const imported = new Set<string>()
  for (const file of files) {
    try {
      const { imports = [] } = protobuf.parse(await textOf(resolve(folder, file)), root, { keepCase: true })
      for (const name of imports) if (name.startsWith('google/protobuf/')) imported.add(name)
    } catch (error) {
      throw new Error(`${file}: ${messageOf(error)}`, { cause: error })
    }
  }
  for (const name of imported) {
    const common = protobuf.common.get(name)
    if (common?.nested === undefined) throw new Error(`${name} is not among the known imports`)
    root.addJSON(common.nested)
  }
  try {
    root.resolveAll()
  } catch (error) {
    throw new Error(`${files.join(', ')}: ${messageOf(error)}`, { cause: error })
  }
  return schemaOf(root)
}
