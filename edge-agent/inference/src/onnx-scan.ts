import { ModelError } from './errors.ts';
import { TENSOR_MAX_ELEMENTS } from './limits.ts';

/** What the contract needs to know of an ONNX file, read without an engine: field numbers are those of onnx.proto3. */
export interface OnnxSummary {
  readonly irVersion: number;
  /** Version of each imported domain; the default domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Distinct operators in order of name; those of another than the default domain as `domain.Name`. */
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
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparseTensor: 22, sparseTensors: 23 };
const DEFAULT_DOMAIN = 'ai.onnx';
const TENSOR = { dims: 1, externalData: 13, dataLocation: 14 };

interface Found {
  irVersion: number;
  opsets: Map<string, number>;
  operators: Set<string>;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

/** @throws ModelError MODEL_ONNX_INVALID; MODEL_OPERATOR_NOT_ALLOWED for functions, subgraphs and data outside the file; MODEL_TOO_LARGE */
export function scanOnnx(model: Uint8Array): OnnxSummary {
  const found: Found = { irVersion: 0, opsets: new Map(), operators: new Set(), inputs: [], outputs: [] };
  for (const field of fields(model)) {
    if (field.number === MODEL.functions || field.number === MODEL.trainingInfo)
      refuse('It carries functions of its own.');
    if (field.number === MODEL.irVersion && field.kind === 'varint') found.irVersion = field.value;
    if (field.kind !== 'bytes') continue;
    if (field.number === MODEL.opsetImport) readOpset(field.bytes, found);
    if (field.number === MODEL.graph) readGraph(field.bytes, found);
  }
  return { ...found, opsets: Object.fromEntries(found.opsets), operators: [...found.operators].sort() };
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
  const name = domain === '' ? DEFAULT_DOMAIN : domain;
  // Which of two the engine would take is not for us to guess.
  if (found.opsets.has(name)) throw new ModelError('MODEL_OPSET_NOT_SUPPORTED', `${name} is imported twice.`);
  found.opsets.set(name, version);
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
  found.operators.add(domain === '' || domain === DEFAULT_DOMAIN ? opType : `${domain}.${opType}`);
}

function checkAttribute(bytes: Uint8Array): void {
  for (const field of fields(bytes)) {
    if (field.number === ATTRIBUTE.graph || field.number === ATTRIBUTE.graphs) refuse('A node carries a subgraph.');
    if (field.number === ATTRIBUTE.sparseTensor || field.number === ATTRIBUTE.sparseTensors)
      refuse('It carries sparse tensors.');
    const isTensor = field.number === ATTRIBUTE.tensor || field.number === ATTRIBUTE.tensors;
    if (isTensor && field.kind === 'bytes') checkTensor(field.bytes);
  }
}

/** Weights outside the file would be read from any path of the machine; sizes without the data make the engine reserve memory. */
function checkTensor(bytes: Uint8Array): void {
  let elements = 1;
  for (const field of fields(bytes)) {
    if (field.number === TENSOR.dims) for (const size of sizes(field)) elements *= size;
    if (elements > TENSOR_MAX_ELEMENTS) {
      throw new ModelError('MODEL_TOO_LARGE', `A tensor says it has ${elements} elements.`);
    }
    const isOutside = field.number === TENSOR.dataLocation && field.kind === 'varint' && field.value !== 0;
    if (field.number === TENSOR.externalData || isOutside) refuse('A tensor lies outside the file.');
  }
}

/** Repeated numbers come one by one or packed. */
function sizes(field: Field): number[] {
  if (field.kind === 'varint') return [field.value];
  return field.kind === 'bytes' ? [...varints(field.bytes)] : [];
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

/** One number at a place, and the place after it. */
function readVarint(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  for (let place = 0; place < 10; place += 1) {
    const byte = bytes[from + place];
    if (byte === undefined) throw new ModelError('MODEL_ONNX_INVALID', 'It ends inside a number.');
    value += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return { value, next: from + place + 1 };
  }
  throw new ModelError('MODEL_ONNX_INVALID', 'A number is too long.');
}

function* varints(bytes: Uint8Array): Generator<number> {
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = readVarint(bytes, at);
    at = next;
    yield value;
  }
}

/** Walks the fields of one protobuf message. */
function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    const { value, next } = readVarint(bytes, at);
    at = next;
    return value;
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
