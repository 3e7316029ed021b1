import { ModelError } from './errors.ts';

/** What the contract needs to know of an ONNX file, read without an engine: field numbers are those of onnx.proto3. */
export interface OnnxSummary {
  readonly irVersion: number;
  /** Version of the default domain. */
  readonly opset: number;
  /** Distinct operators in order of name; those of another domain as `domain:Name`. */
  readonly operators: readonly string[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxValue {
  readonly name: string;
  /** TensorProto.DataType; 1 is float32; 0 when it is not a plain tensor. */
  readonly elementType: number;
  /** A number, or the name of a dimension that varies. */
  readonly shape: readonly (number | string)[];
}

type Field =
  | { readonly number: number; readonly kind: 'varint'; readonly value: number }
  | { readonly number: number; readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly number: number; readonly kind: 'fixed' };

const MODEL = { irVersion: 1, graph: 7, opsetImport: 8, trainingInfo: 20, functions: 25 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 };
const NODE = { attribute: 5, opType: 4, domain: 7 };
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 };
const TENSOR = { externalData: 13, dataLocation: 14 };

interface Found {
  irVersion: number;
  opset: number;
  operators: Set<string>;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

/** @throws ModelError MODEL_ONNX_INVALID; MODEL_OPERATOR_NOT_ALLOWED for functions, subgraphs and data outside the file */
export function scanOnnx(model: Uint8Array): OnnxSummary {
  const found: Found = { irVersion: 0, opset: 0, operators: new Set(), inputs: [], outputs: [] };
  for (const field of fields(model)) {
    if (field.number === MODEL.functions || field.number === MODEL.trainingInfo)
      refuse('It carries functions of its own.');
    if (field.number === MODEL.irVersion && field.kind === 'varint') found.irVersion = field.value;
    if (field.kind !== 'bytes') continue;
    if (field.number === MODEL.opsetImport) readOpset(field.bytes, found);
    if (field.number === MODEL.graph) readGraph(field.bytes, found);
  }
  return { ...found, operators: [...found.operators].sort() };
}

function refuse(detail: string): never {
  throw new ModelError('MODEL_OPERATOR_NOT_ALLOWED', detail);
}

function readOpset(bytes: Uint8Array, found: Found): void {
  let domain = '';
  let version = 0;
  for (const field of fields(bytes)) {
    if (field.number === 1 && field.kind === 'bytes') domain = text(field.bytes);
    if (field.number === 2 && field.kind === 'varint') version = field.value;
  }
  if (domain === '' || domain === 'ai.onnx') found.opset = version;
}

function readGraph(bytes: Uint8Array, found: Found): void {
  for (const field of fields(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === GRAPH.node) readNode(field.bytes, found);
    if (field.number === GRAPH.initializer) checkTensor(field.bytes);
    if (field.number === GRAPH.sparseInitializer) refuse('It carries sparse tensors.');
    if (field.number === GRAPH.input) found.inputs.push(readValue(field.bytes));
    if (field.number === GRAPH.output) found.outputs.push(readValue(field.bytes));
  }
}

function readNode(bytes: Uint8Array, found: Found): void {
  let opType = '';
  let domain = '';
  for (const field of fields(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === NODE.opType) opType = text(field.bytes);
    if (field.number === NODE.domain) domain = text(field.bytes);
    if (field.number === NODE.attribute) checkAttribute(field.bytes);
  }
  found.operators.add(domain === '' || domain === 'ai.onnx' ? opType : `${domain}:${opType}`);
}

function checkAttribute(bytes: Uint8Array): void {
  for (const field of fields(bytes)) {
    if (field.number === ATTRIBUTE.graph || field.number === ATTRIBUTE.graphs) refuse('A node carries a subgraph.');
    const isTensor = field.number === ATTRIBUTE.tensor || field.number === ATTRIBUTE.tensors;
    if (isTensor && field.kind === 'bytes') checkTensor(field.bytes);
  }
}

/** Weights outside the file would be read from any path of the machine. */
function checkTensor(bytes: Uint8Array): void {
  for (const field of fields(bytes)) {
    const isOutside = field.number === TENSOR.dataLocation && field.kind === 'varint' && field.value !== 0;
    if (field.number === TENSOR.externalData || isOutside) refuse('A tensor lies outside the file.');
  }
}

function readValue(bytes: Uint8Array): OnnxValue {
  let name = '';
  let elementType = 0;
  const shape: (number | string)[] = [];
  for (const field of fields(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === 1) name = text(field.bytes);
    if (field.number !== 2) continue;
    for (const tensor of nested(field.bytes, 1)) {
      for (const part of fields(tensor)) {
        if (part.number === 1 && part.kind === 'varint') elementType = part.value;
        if (part.number !== 2 || part.kind !== 'bytes') continue;
        for (const dimension of nested(part.bytes, 1)) shape.push(readDimension(dimension));
      }
    }
  }
  return { name, elementType, shape };
}

function readDimension(bytes: Uint8Array): number | string {
  for (const field of fields(bytes)) {
    if (field.number === 1 && field.kind === 'varint') return field.value;
    if (field.number === 2 && field.kind === 'bytes') return text(field.bytes);
  }
  return '?';
}

function* nested(bytes: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of fields(bytes)) if (field.number === number && field.kind === 'bytes') yield field.bytes;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').slice(0, 200);
}

/** Walks the fields of one protobuf message. */
function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift += 1) {
      const byte = bytes[at];
      if (byte === undefined) throw new ModelError('MODEL_ONNX_INVALID', 'It ends inside a number.');
      at += 1;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw new ModelError('MODEL_ONNX_INVALID', 'A number is too long.');
  };
  const skip = (count: number): void => {
    if (count > bytes.length - at) throw new ModelError('MODEL_ONNX_INVALID', 'It ends inside a field.');
    at += count;
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === 0) yield { number, kind: 'varint', value: varint() };
    else if (wire === 2) {
      const length = varint();
      const from = at;
      skip(length);
      yield { number, kind: 'bytes', bytes: bytes.subarray(from, at) };
    } else if (wire === 1 || wire === 5) {
      skip(wire === 1 ? 8 : 4);
      yield { number, kind: 'fixed' };
    } else throw new ModelError('MODEL_ONNX_INVALID', `wire type ${wire}`);
  }
}
