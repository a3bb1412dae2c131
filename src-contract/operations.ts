// What a room must offer so that its part of the contract can be mounted: one operation for each procedure.
import type { ContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract'
import type { Contract } from './index'

type Promisable<Value> = Value | Promise<Value>

type Shape<Router> = {
  // biome-ignore lint/suspicious/noExplicitAny: any procedure, whatever its errors and meta
  [Name in keyof Router]: Router[Name] extends ContractProcedure<infer In, infer Out, any, any>
    ? (input: InferSchemaOutput<In>) => Promisable<InferSchemaInput<Out>>
    : Shape<Router[Name]>
}

/** Operations of a room of the contract, e.g. `Operations<'playout'>`: checked input in, contract output out. */
export type Operations<Room extends keyof Contract> = Shape<Contract[Room]>
