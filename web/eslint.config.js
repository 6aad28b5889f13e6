import accessibility from 'eslint-plugin-vuejs-accessibility';
import typescript from 'typescript-eslint';
import vue from 'eslint-plugin-vue';

export default typescript.config(
  { ignores: ['**/dist/**', '**/required.cjs', '**/generated/**', 'docs/**', 'home/**'] },
  ...typescript.configs.recommended,
  ...vue.configs['flat/essential'],
  ...accessibility.configs['flat/recommended'],
  { files: ['**/*.vue'], languageOptions: { parserOptions: { parser: typescript.parser } } },
  {
    rules: {
      // What the page's policy refuses anyway, told before.
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'vue/no-v-html': 'error',
      'no-restricted-properties': ['error', { property: 'innerHTML', message: 'Texts are texts.' }, { property: 'outerHTML', message: 'Texts are texts.' }],
      'vue/no-restricted-static-attribute': ['error', { key: 'style', message: 'Styles stand in style sheets: the policy refuses others.' }],
      'vue/multi-word-component-names': ['error', { ignores: ['App'] }],
      // A label around its control names it, with or without an id.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      'vuejs-accessibility/form-control-has-label': 'off', // axe looks at the finished page
      'vuejs-accessibility/no-static-element-interactions': 'off',
      'vuejs-accessibility/media-has-caption': 'off', // what people upload has none
      'vuejs-accessibility/mouse-events-have-key-events': 'off',
      'vuejs-accessibility/no-redundant-roles': 'off',
    },
  },
);
