declare module '*.css';
declare module 'field-words:en' {
  export const words: import('./field-words.ts').FieldWords;
}
declare module 'field-words:zh' {
  export const words: import('./field-words.ts').FieldWords;
}
