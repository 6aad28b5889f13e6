#include "tests/support/heap_meter.hpp"

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace parley::test {
namespace {

std::atomic<bool> counting{false};
std::atomic<std::int64_t> made{0};
std::atomic<std::int64_t> made_bytes{0};
std::atomic<std::int64_t> freed{0};
std::atomic<std::int64_t> freed_bytes{0};

void count(std::atomic<std::int64_t>& calls, std::atomic<std::int64_t>& bytes, void* block) {
  if (!counting.load(std::memory_order_relaxed))
    return;
  calls.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(static_cast<std::int64_t>(malloc_usable_size(block)), std::memory_order_relaxed);
}

/// `alignment` 0 is that of every type without a wish of its own. Null where there is no memory.
void* allocate(std::size_t size, std::size_t alignment) {
  auto* block = alignment <= alignof(std::max_align_t)
                  ? std::malloc(size)
                  : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (block != nullptr)
    count(made, made_bytes, block);
  return block;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  auto* block = allocate(size, alignment);
  if (block == nullptr)
    throw std::bad_alloc();
  return block;
}

void release(void* block) {
  if (block != nullptr)
    count(freed, freed_bytes, block);
  std::free(block);
}

} // namespace

heap_meter::heap_meter() {
  assert(!counting);
  made = made_bytes = freed = freed_bytes = 0;
  counting = true;
}

heap_meter::~heap_meter() {
  counting = false;
}

std::int64_t heap_meter::allocations() const {
  return made;
}

std::int64_t heap_meter::allocated_bytes() const {
  return made_bytes;
}

std::int64_t heap_meter::grown_blocks() const {
  return made - freed;
}

std::int64_t heap_meter::grown_bytes() const {
  return made_bytes - freed_bytes;
}

} // namespace parley::test

// Every form, so that under a sanitizer, which brings forms of its own, each block goes back to where it came from.
void* operator new(std::size_t size) {
  return parley::test::allocate_or_throw(size, 0);
}

void* operator new[](std::size_t size) {
  return parley::test::allocate_or_throw(size, 0);
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  return parley::test::allocate_or_throw(size, static_cast<std::size_t>(alignment));
}

void* operator new[](std::size_t size, std::align_val_t alignment) {
  return parley::test::allocate_or_throw(size, static_cast<std::size_t>(alignment));
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return parley::test::allocate(size, 0);
}

void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return parley::test::allocate(size, 0);
}

void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return parley::test::allocate(size, static_cast<std::size_t>(alignment));
}

void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return parley::test::allocate(size, static_cast<std::size_t>(alignment));
}

void operator delete(void* block) noexcept {
  parley::test::release(block);
}

void operator delete[](void* block) noexcept {
  parley::test::release(block);
}

void operator delete(void* block, std::size_t) noexcept {
  parley::test::release(block);
}

void operator delete[](void* block, std::size_t) noexcept {
  parley::test::release(block);
}

void operator delete(void* block, std::align_val_t) noexcept {
  parley::test::release(block);
}

void operator delete[](void* block, std::align_val_t) noexcept {
  parley::test::release(block);
}

void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  parley::test::release(block);
}

void operator delete[](void* block, std::size_t, std::align_val_t) noexcept {
  parley::test::release(block);
}

void operator delete(void* block, const std::nothrow_t&) noexcept {
  parley::test::release(block);
}

void operator delete[](void* block, const std::nothrow_t&) noexcept {
  parley::test::release(block);
}

void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept {
  parley::test::release(block);
}

void operator delete[](void* block, std::align_val_t, const std::nothrow_t&) noexcept {
  parley::test::release(block);
}
