// Tells the thread sanitizer of the contended half of Synchronization.Mutex. Its fast path is compiled into our code, where the
// sanitizer sees it; the slow path lies in the toolchain's library, where it does not, and every contended lock would look like none.
// Linked into the programs of Tools/sanitize thread, these stand in for the library's functions and call them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

void __tsan_acquire(void *);
void __tsan_release(void *);

SWIFT void shuniu_lock(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT bool shuniu_try(SELF void *mutex) __asm__(TRY);
SWIFT void shuniu_unlock(SELF void *mutex) __asm__(UNLOCK);

SWIFT void shuniu_lock(uint32_t thread, SELF void *mutex) {
    SWIFT void (*real)(uint32_t, SELF void *) = dlsym(RTLD_NEXT, LOCK);
    real(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT bool shuniu_try(SELF void *mutex) {
    SWIFT bool (*real)(SELF void *) = dlsym(RTLD_NEXT, TRY);
    bool taken = real(mutex);
    if (taken) __tsan_acquire(mutex);
    return taken;
}

SWIFT void shuniu_unlock(SELF void *mutex) {
    SWIFT void (*real)(SELF void *) = dlsym(RTLD_NEXT, UNLOCK);
    __tsan_release(mutex);
    real(mutex);
}
