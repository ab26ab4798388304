declare module '*.css';
declare module 'field-words:en' {
  import type { FieldWords } from '#lib/dashboard-page/field-words.ts';
  export const words: FieldWords;
}
declare module 'field-words:zh' {
  import type { FieldWords } from '#lib/dashboard-page/field-words.ts';
  export const words: FieldWords;
}
