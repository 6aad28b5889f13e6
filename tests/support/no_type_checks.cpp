// In place of UBSan's look at an object's class. It opens a pipe for that, and calls what it cannot look at a fault: no
// good in a process that has no descriptor left. Loaded before UBSan's runtime by the test that takes them away.

extern "C" void __ubsan_handle_dynamic_type_cache_miss_abort(void* check, void* object, void* hash);
extern "C" void __ubsan_handle_dynamic_type_cache_miss_abort(void* /*check*/, void* /*object*/, void* /*hash*/) {}
