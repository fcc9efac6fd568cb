import { chmod, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { probe } from '../../../src/checks/probes/descriptor.js'
import { asNobody } from '../../as-nobody.js'
import { observe } from './observe.js'

/**
 * What protoc 35.1 (`--descriptor_set_out`) writes for two files: `app.v1.Order` with a nested message and a map,
 * `app.v1.Envelope`; and `Bare` without a package.
 */
const compiled = Buffer.from(
  '0af0010a07612e70726f746f12066170702e763122a3010a054f72646572120e0a0269641801200128095202696412310a066c6162656c7318022003280b32192e6170702e76312e4f' +
    '726465722e4c6162656c73456e74727952066c6162656c731a1c0a044c696e6512140a05636f756e741801200128035205636f756e741a390a0b4c6162656c73456e74727912100a' +
    '036b657918012001280952036b657912140a0576616c7565180220012809520576616c75653a023801222f0a08456e76656c6f706512230a056f7264657218012001280b320d2e61' +
    '70702e76312e4f7264657252056f72646572620670726f746f330a190a07622e70726f746f22060a0442617265620670726f746f33',
  'hex',
)

let folder: string
const written = async (name: string, bytes: Uint8Array): Promise<string> => {
  await writeFile(join(folder, name), bytes)
  return join(folder, name)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descriptor-'))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a descriptor set', () => {
  it('names the top-level messages with their packages', async () => {
    expect(await observe(probe, { path: await written('compiled', compiled) })).toEqual({
      exists: true,
      refusal: 'none',
      readable: true,
      parsable: true,
      messages: ['app.v1.Order', 'app.v1.Envelope', 'Bare'],
    })
  })

  it.each([
    ['the text of a schema', Buffer.from('syntax = "proto3"; message Order {}')],
    ['nothing', Buffer.alloc(0)],
    ['half of one', compiled.subarray(0, 40)],
    ['a message of another kind', Buffer.from('0a0e707265666c696768742d303030311209', 'hex')],
  ])('is not seen in %s', async (_name, bytes) => {
    expect(await observe(probe, { path: await written('other', bytes) })).toMatchObject({
      exists: true,
      readable: true,
      parsable: false,
      messages: [],
    })
  })

  it('is read or refused, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { parsable, messages } = await observe(probe, { path: await written('random', bytes) })
        expect(parsable || messages.length === 0).toBe(true)
      }),
    )
  })
})

describe('a path', () => {
  it('with nothing there is missing', async () => {
    expect(await observe(probe, { path: join(folder, 'nothing') })).toMatchObject({ exists: false, refusal: 'missing' })
  })

  it('to a folder is not a file', async () => {
    expect(await observe(probe, { path: folder })).toMatchObject({
      exists: true,
      refusal: 'not-a-file',
      parsable: false,
    })
  })

  it('to a file of somebody else is forbidden', async () => {
    const path = await written('private', compiled)
    await chmod(path, 0o600)
    const facts = await asNobody(() => observe(probe, { path }))
    expect(facts).toMatchObject(
      process.geteuid?.() === 0 ? { exists: true, refusal: 'forbidden', readable: false } : { readable: true },
    )
  })

  it('to a file beyond 16 MiB is too large', async () => {
    const path = await written('large', compiled)
    await truncate(path, 16 * 1024 * 1024 + 1)
    expect(await observe(probe, { path })).toMatchObject({ refusal: 'too-large', parsable: false })
  })
})
